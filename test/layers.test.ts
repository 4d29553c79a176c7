import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
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
  'dicom',
  'report',
  'runs',
  'experiments',
  'azure',
  'export',
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
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.endsWith('fixtures'))
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

describe('folders', () => {
  it('are made by makeFolder alone: the recursive mkdir of Node never ends below /proc', () => {
    const sources = ['src', 'extension', 'server'].flatMap(root =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts') && !/\.test\.ts$|fixtures/.test(name))
        .map(name => join(root, name)),
    );
    const own = sources.filter(file => /\bmkdir\([^;]*recursive/.test(readFileSync(file, 'utf8')));
    expect(own).toEqual([]);
  });
});

/** What is built on src/: which folders of the repository each may import, and which of their own kind alone. */
const PROGRAMS: Record<string, readonly string[]> = {
  server: ['server', 'src'],
  extension: ['extension', 'src'],
  webviews: ['webviews', 'src'],
};

/** Layers of src/ that load TensorFlow or prepare volumes: work for a process of its own. */
const HEAVY = ['engine', 'models', 'training', 'inference', 'evaluation', 'report', 'serving', 'cli'];

const local = ({ file, target }: Import): string => relative(resolve('.'), resolve(join(file, '..'), target));

/** Imports of a program's modules that lead where it may not. */
function trespasses(imports: readonly Import[], program: string): string[] {
  return imports
    .filter(({ file }) => !/\.test\.tsx?$|\/testing\//.test(file))
    .filter(({ file, target }) => {
      if (target === 'vscode') return program !== 'extension';
      if (!target.startsWith('.')) return RESERVED.some(([module]) => module.test(target));
      const [folder] = local({ file, target }).split('/');
      return folder !== 'package.json' && !PROGRAMS[program]!.includes(folder!);
    })
    .map(({ file, target }) => `${relative(resolve('.'), file)} → ${target}`);
}

/** Imports among the modules that a program is bundled from, packages left out; imports of types alone are none. */
async function bundled(entry: string): Promise<Import[]> {
  const options = { bundle: true, write: false, metafile: true, packages: 'external' } as const;
  const { metafile } = await build({
    ...options,
    entryPoints: [entry],
    format: 'esm',
    outdir: 'unwritten',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
  });
  return Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.map(({ path }) => ({ file, target: path })),
  );
}

describe.each(Object.keys(PROGRAMS))('%s/', program => {
  const imports = importsBelow(resolve(program));

  it('imports itself and src/ only', () => {
    expect(trespasses(imports, program)).toEqual([]);
  });

  it('would be seen to break that', () => {
    const other = program === 'server' ? 'extension' : 'server';
    const wrong = [`../${other}/main.ts`, 'koffi', '../test/x.ts'].map(target => ({
      file: resolve(program, 'x.ts'),
      target,
    }));
    expect(trespasses(wrong, program)).toHaveLength(3);
  });
});

describe('what is loaded', () => {
  const entries = {
    extension: 'extension/main.ts',
    server: 'server/main.ts',
    'webviews/run': 'webviews/run/main.tsx',
    'webviews/viewer': 'webviews/viewer/main.tsx',
    'webviews/runs-table': 'webviews/runs-table/main.tsx',
  };
  const shown = ({ file, target }: Import): string => `${file} → ${target}`;

  it.each([entries['webviews/run'], entries['webviews/viewer'], entries['webviews/runs-table']])(
    '%s reaches nothing of Node',
    async entry => {
      const node = (await bundled(entry)).filter(({ target }) => target.startsWith('node:'));
      expect(node.map(shown)).toEqual([]);
    },
  );

  it.each([entries.extension, entries.server])('%s reaches nothing that loads TensorFlow', async entry => {
    const heavy = (await bundled(entry)).filter(
      ({ target }) =>
        HEAVY.some(layer => target.startsWith(`src/${layer}/`)) || /^(koffi|@tensorflow\/)/.test(target),
    );
    expect(heavy.map(shown)).toEqual([]);
  });

  it('is seen for what it is', async () => {
    const imports = await bundled('src/cli/main.ts');
    expect(imports.some(({ target }) => target.startsWith('node:'))).toBe(true);
    expect(imports.some(({ target }) => target.startsWith('src/engine/'))).toBe(true);
    expect(imports.some(({ target }) => target.startsWith('@tensorflow/'))).toBe(true);
  });
});
