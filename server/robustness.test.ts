import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../src/foundation/random.ts';
import { bundleServer, RunningServer } from './testing/running-server.ts';

const EDITS = 10_000;
/** Edits that an editor sends before it asks for something. */
const EDITS_A_REQUEST = 10;
/** Longer files are put back to what they were, but for those that are meant to be long. */
const LONGEST = 20_000;

const structures = Array.from({ length: 40 }, (_, i) => `    - { name: s${i}, label: ${i + 1} }`).join('\n');
const TEXTS: Readonly<Record<string, string>> = {
  'base.innereye.yaml': `# Base.\ntask: segmentation\ndataset:\n  path: ./data\n  channels: [ct]\n  structures:\n${structures}\nsampling: { crop_size: [64, 64, 64] }\narchitecture: { name: plain_unet, levels: 4 }\n`,
  'middle.innereye.yaml': `extends: ./base.innereye.yaml\naugmentation:\n${'  - random_noise: { probability: 0.1 }\n'.repeat(20)}optimizer: { name: adamw }\n`,
  'child.innereye.yaml': `extends: [./middle.innereye.yaml]\ntraining:\n  epochs: 5\n  batch_size: 2\npostprocessing:\n  - largest_component: { structures: [s1, s2] }\naugmentation:\n  $append: [{ random_flip: { axes: [x] } }]\ndescription: >\n  Some words,\n  and more.\n`,
};
const NAMES = Object.keys(TEXTS);

const bomb = `${Array.from(
  'abcdefghi',
  (name, i) =>
    `${name}: &${name} [${Array(9)
      .fill(i === 0 ? 'x' : `*${'abcdefghi'[i - 1]}`)
      .join(', ')}]`,
).join('\n')}\n`;
const PIECES = [
  ...[
    '\n',
    '  ',
    '\t',
    '- ',
    ': ',
    '[',
    '{',
    '}',
    ']',
    '"',
    "'",
    '#',
    '&a ',
    '*a',
    '|',
    '>',
    '?',
    '!t ',
    '%',
  ],
  ...[
    '😀',
    '\r\n',
    '\r',
    '\u2028',
    '\uFEFF',
    '\0',
    'null',
    '.inf',
    '1e999',
    '0x10',
    '<<: *a\n',
    '---\n',
    '...\n',
  ],
  ...[
    'extends: ./child.innereye.yaml\n',
    'extends: [./base.innereye.yaml, innereye/lung]\n',
    '$append',
    '$remove',
  ],
  ...[
    '__proto__: {}',
    'constructor: 1\n',
    'training:\n',
    'name: basic',
    'epochs: ',
    '  - random_fl',
    '{name: ',
  ],
  ...['['.repeat(100), '- '.repeat(80), bomb],
];
const LONG = [
  'a: b\n'.repeat(200_000),
  `x: ${'y'.repeat(1_000_000)}`,
  `tags:\n${'  key: value 😀\r\n'.repeat(10_000)}`,
  '['.repeat(1_000_000),
];
const METHODS = [
  ...['completion', 'hover', 'definition', 'references', 'documentSymbol', 'documentLink', 'foldingRange'],
  ...['codeLens', 'prepareRename', 'formatting', 'inlayHint', 'codeAction', 'selectionRange'],
];

let bundle: Awaited<ReturnType<typeof bundleServer>>;
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  bundle = await bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'innereye-robustness-'));
  mkdirSync(file('data'));
  writeFileSync(file('data/dataset.csv'), 'subject,filePath,channel\n1,ct.nii.gz,ct\n1,s1.nii.gz,s1\n');
  for (const [name, text] of Object.entries(TEXTS)) writeFileSync(file(name), text);
});
afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function started(): Promise<RunningServer> {
  const server = new RunningServer(bundle.program);
  await server.initialize(folder);
  for (const [name, text] of Object.entries(TEXTS)) await server.open(file(name), text);
  return server;
}

/** An answer to any request at a place; what a user asks for in vain is an answer too. */
async function ask(server: RunningServer, method: string, name: string, line: number, character: number) {
  const position = { line, character };
  const range = { start: { line: 0, character: 0 }, end: position };
  const parameters = {
    textDocument: { uri: `file://${file(name)}` },
    position,
    positions: [position],
    range,
    context: { includeDeclaration: true, diagnostics: [] },
    options: { tabSize: 2, insertSpaces: true },
  };
  return server.connection
    .sendRequest(`textDocument/${method}`, parameters)
    .catch((error: Error) => error.message);
}

/** What a server says of the texts as they were at first. */
async function answers(server: RunningServer): Promise<unknown[]> {
  // The data set is read beside the requests; its list has one of forty structures.
  await server.until(file('base.innereye.yaml'), told => told.length === 39);
  const found: unknown[] = [];
  for (const name of NAMES) {
    const lines = TEXTS[name]!.split('\n');
    for (const method of METHODS) {
      for (const line of [0, 2, lines.length - 2]) found.push(await ask(server, method, name, line, 3));
    }
  }
  return [...found, ...NAMES.map(name => server.diagnostics(file(name)))];
}

test(`${EDITS} edits neither crash nor hang the server, and afterwards it answers as a fresh one does`, async () => {
  const server = await started();
  const random = new Random(4, 'edits');
  const texts: Record<string, string> = { ...TEXTS };
  const put = async (name: string, text: string) => {
    texts[name] = text;
    await server.change(file(name), text);
  };
  let slowest = 0;
  const question = async (name: string) => {
    const lines = texts[name]!.split('\n');
    const line = random.below(lines.length);
    const start = performance.now();
    await ask(
      server,
      METHODS[random.below(METHODS.length)]!,
      name,
      line,
      random.below((lines[line]?.length ?? 0) + 1),
    );
    slowest = Math.max(slowest, performance.now() - start);
  };
  for (let edit = 0; edit < EDITS; edit++) {
    const name = NAMES[random.below(NAMES.length)]!;
    const text = texts[name]!;
    const start = random.below(text.length + 1);
    const end = Math.min(text.length, start + random.below(60));
    const kind = random.below(4);
    const pasted =
      kind === 0
        ? ''
        : kind === 1
          ? text.slice(end, end + random.below(200))
          : PIECES[random.below(PIECES.length)]!;
    texts[name] = text.slice(0, start) + pasted + text.slice(end);
    await server.replace(file(name), text, start, end, pasted);
    if (edit % 1000 === 500) {
      await put(name, LONG[Math.floor(edit / 1000) % LONG.length]!);
      for (let count = 0; count < 3; count++) await question(name);
    }
    if (edit % EDITS_A_REQUEST === 0) await question(name);
    if (texts[name]!.length > LONGEST || edit % 100 === 99) await put(name, TEXTS[name]!);
  }
  for (const name of NAMES) await put(name, TEXTS[name]!);
  const after = await answers(server);
  expect(server.log).toEqual([]);
  if (process.env.SHOW_TIMES) console.log(`the slowest answer took ${slowest.toFixed(0)} ms`);
  // A hang is what lasts longer than any busy machine explains.
  expect(slowest).toBeLessThan(20_000);
  await server.stop();
  const fresh = await started();
  expect(after).toEqual(await answers(fresh));
  await fresh.stop();
}, 180_000);
