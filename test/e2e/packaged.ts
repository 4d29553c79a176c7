import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packaged extension. */
    vsix: string;
  }
}

/** Packages the extension once for all tests, from dist/ as it stands. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'innereye-vsix-'));
  const vsix = join(folder, 'innereye.vsix');
  execFileSync(process.execPath, ['scripts/package.mjs', vsix], { stdio: ['ignore', 'ignore', 'inherit'] });
  project.provide('vsix', vsix);
  return () => rmSync(folder, { recursive: true, force: true });
}
