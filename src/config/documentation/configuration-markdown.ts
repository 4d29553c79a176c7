import { PRESET, presetNames, presetText } from '../presets/presets.ts';
import { LANGUAGE } from './language.ts';
import { referenceMarkdown } from './reference.ts';

/** The whole of `docs/configuration.md`: the language, the presets, and every key. */
export function configurationMarkdown(): string {
  return `${[
    '<!-- Made by `node scripts/configuration-docs.mjs` from the schema; change that instead. -->',
    LANGUAGE.trim(),
    '## Presets',
    'What each of them says is its own comment; `innereye resolve` shows every value and where it comes from.',
    presetTable(),
    '## Reference',
    'Keys that are required have no default. A dash means: not set.',
    referenceMarkdown(),
  ].join('\n\n')}\n`;
}

function presetTable(): string {
  const rows = presetNames().map(name => {
    const comment = (presetText(`${PRESET}${name}`) ?? '')
      .split('\n')
      .filter(line => line.startsWith('#'))
      .slice(0, 3)
      .map(line => line.slice(1).trim())
      .join(' ');
    return `| \`${name}\` | ${comment} |`;
  });
  return ['| Name | What it is |', '|---|---|', ...rows].join('\n');
}
