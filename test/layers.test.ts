import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The layers of src/, bottom up: a folder imports only from itself and from those before it. */
const LAYERS = [
  'foundation',
  'contracts',
  'volume',
  'config',
  'dataset',
  'pipeline',
  'engine',
  'models',
  'training',
  'inference',
  'evaluation',
  'report',
  'runs',
  'experiments',
  'azure',
  'serving',
  'debug',
  'cli',
];

/** What a folder alone may import, beside the layers. */
const RESERVED: [module: RegExp, folder: string][] = [
  [/^(koffi|@tensorflow\/tfjs-node-gpu)/, 'engine'],
  [/^@azure\//, 'azure'],
];

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:from\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|\}\s*from\s*['"]([^'"]+)['"]/g;

interface Import {
  readonly file: string;
  readonly target: string;
}

function importsBelow(root: string): Import[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.endsWith('fixtures'))
    .flatMap(entry => {
      const file = join(entry.parentPath, entry.name);
      const found = [...readFileSync(file, 'utf8').matchAll(IMPORT)];
      return found.map(match => ({ file, target: (match[1] ?? match[2] ?? match[3])! }));
    });
}

/** Imports that break a rule, as `file → target`. */
function violations(imports: readonly Import[], root: string): string[] {
  return imports
    .filter(({ file, target }) => {
      const [layer] = relative(root, file).split('/');
      if (target === 'vscode') return true;
      const reserved = RESERVED.find(([module]) => module.test(target));
      if (reserved) return reserved[1] !== layer;
      if (!target.startsWith('.'))
        return (
          layer === 'models' && /^node:(fs|path|child_process)/.test(target) && !file.endsWith('.test.ts')
        );
      const [to] = relative(root, resolve(join(file, '..'), target)).split('/');
      // package.json gives the version; everything else outside of src/ belongs to layers above.
      if (to === '..') return !target.endsWith('package.json');
      return LAYERS.indexOf(to!) > LAYERS.indexOf(layer!);
    })
    .map(({ file, target }) => `${relative(root, file)} → ${target}`);
}

describe('the layers of src/', () => {
  const root = resolve('src');
  const imports = importsBelow(root);

  it('are the folders there are', () => {
    for (const name of readdirSync(root)) expect(LAYERS).toContain(name);
    expect(imports.length).toBeGreaterThan(500);
  });

  it('import only what is below them', () => {
    expect(violations(imports, root)).toEqual([]);
  });

  it('would be seen to be broken', () => {
    const wrong = [
      ['volume/x.ts', '../config/tree.ts'],
      ['training/x.ts', 'koffi'],
      ['cli/x.ts', 'vscode'],
      ['models/x.ts', 'node:fs'],
    ].map(([file, target]) => ({ file: join(root, file!), target: target! }));
    expect(violations(wrong, root)).toHaveLength(4);
  });
});
