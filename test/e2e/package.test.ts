import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findLibrary } from '../../src/engine/library.ts';
import { makeWorkspace } from '../workspace.mjs';
import { type Packed, unpack } from './unpack.ts';

/** What a package may hold, below extension/. */
const ALLOWED = [
  /^(package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^dist\/[\w.-]+\.c?js$/,
  /^dist\/webviews\/[\w.-]+\.(js|css|wasm)$/,
  /^dist\/node_modules\//,
  /^extension\/(icons|language|walkthrough)\//,
];
/** What no package holds, wherever it lies. */
const FORBIDDEN = [
  /\.(map|tsx?|vsix|ndjson|nii|gz|dcm|csv|safetensors)$/,
  /\.test\.|\/(tests?|fixtures)\/|^(src|server|webviews)\//,
];
const LIMIT_MB = 15;

/** The package lies outside of the repository: nothing of it can be found from there. */
let folder: string;
let files: Packed[];
const vsix = inject('vsix');
const innereye = (...args: string[]): string =>
  execFileSync(process.execPath, [join(folder, 'extension', 'dist', 'innereye.js'), ...args], {
    encoding: 'utf8',
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'innereye-unpacked-'));
  files = await unpack(vsix, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what runs, and nothing else', () => {
    const paths = files.flatMap(({ path }) =>
      path.startsWith('extension/') ? [path.slice('extension/'.length)] : [],
    );
    expect(paths.filter(path => !ALLOWED.some(allowed => allowed.test(path)))).toEqual([]);
    expect(paths.filter(path => FORBIDDEN.some(forbidden => forbidden.test(path)))).toEqual([]);
    for (const needed of [
      'extension.js',
      'server.js',
      'innereye.js',
      'loader-worker.js',
      'webviews/run.js',
      'webviews/viewer.js',
    ])
      expect(paths).toContain(`dist/${needed}`);
  });

  it(`is smaller than ${LIMIT_MB} MB`, () => {
    expect(statSync(vsix).size / 2 ** 20).toBeLessThan(LIMIT_MB);
  });

  it('has every file that its manifest names', () => {
    const text = readFileSync(join(folder, 'extension', 'package.json'), 'utf8');
    const named = [...text.matchAll(/"\.\/([^"]+)"/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(4);
    const paths = new Set(files.map(({ path }) => path));
    expect(named.filter(path => !paths.has(`extension/${path}`))).toEqual([]);
  });

  it('shows its help', () => {
    expect(innereye('--help')).toContain('Train, run and measure models');
  });
});

describe.skipIf(findLibrary() === undefined)('the packaged command line (with the engine installed)', () => {
  it('checks the engine', () => {
    expect(innereye('engine', 'check')).toMatch(/device\s+(CPU|GPU)/);
  });

  it('trains, predicts and measures with what is in the package alone', () => {
    const workspace = makeWorkspace();
    try {
      const output = innereye(
        'train',
        join(workspace.folder, 'base.innereye.yaml'),
        '--output',
        join(workspace.folder, 'outputs'),
      );
      expect(output).toMatch(/test\/Dice 0?\.\d+/);
      const [run] = readdirSync(join(workspace.folder, 'outputs')).filter(name => name.endsWith('_base'));
      const manifest = JSON.parse(readFileSync(join(workspace.folder, 'outputs', run!, 'run.json'), 'utf8'));
      expect(manifest.status).toBe('completed');
    } finally {
      workspace.remove();
    }
  });
});
