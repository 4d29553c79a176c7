// Writes docs/configuration.md from the schema of configurations.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['src/config/documentation/configuration-markdown.ts'],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`;
const { configurationMarkdown } = await import(url);
writeFileSync('docs/configuration.md', configurationMarkdown());
