import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Readers } from './readers.ts';
import { readersOf } from './testing/at-cursor.ts';
import { Validator } from './validator.ts';

const BASE = 'training: {epochs: 5}\nlisten: 1\n';
const CHILD = 'extends: ./base.innereye.yaml\nnonsense: 1\n';

/** A validator over texts that can be changed, with what it tells in the order in which it does. */
function validating(texts: Record<string, string>) {
  const told: string[] = [];
  const failures: unknown[] = [];
  let settled = 0;
  let rests = 0;
  let readers: Readers = readersOf(texts);
  const validator = new Validator({
    readers: {
      ...readers,
      document: file => readers.document(file),
      resolve: file => readers.resolve(file),
      configurations: () => readers.configurations(),
    },
    publish: (file, diagnostics) => told.push(`${file.slice(3)} ${diagnostics.length}`),
    settled: () => settled++,
    failed: error => failures.push(error),
  });
  /** Waits until all open files have been looked at. */
  const rest = () => expect.poll(() => settled, { interval: 1 }).toBeGreaterThan(rests++);
  const edit = (name: string, text: string) => {
    readers = readersOf({ ...texts, [name]: text });
    validator.changed(`/c/${name}`);
  };
  const break_ = () => {
    const resolve = () => {
      throw new Error('broken');
    };
    readers = { ...readers, resolve };
  };
  return { validator, told, failures, edit, break: break_, settlements: () => settled, rest };
}

const TEXTS = {
  'base.innereye.yaml': BASE,
  'child.innereye.yaml': CHILD,
  'other.innereye.yaml': 'extends: innereye/lung\n',
};

test('files are looked at once each, however many edits come in together; the edited one first', async () => {
  const { validator, told, edit, settlements, rest } = validating(TEXTS);
  for (const name of Object.keys(TEXTS)) validator.opened(`/c/${name}`);
  await rest();
  expect(told.map(line => line.split(' ')[0])).toEqual([
    'other.innereye.yaml',
    'base.innereye.yaml',
    'child.innereye.yaml',
  ]);
  told.length = 0;
  const before = settlements();
  for (let count = 0; count < 50; count++) edit('child.innereye.yaml', `${CHILD}a${count}: 1\n`);
  await rest();
  expect(told).toHaveLength(1);
  expect(settlements()).toBe(before + 1);
});

test('nothing is told again that is the same, and nothing is done while nothing changes', async () => {
  const { validator, told, edit, settlements, rest } = validating(TEXTS);
  validator.opened('/c/base.innereye.yaml');
  await rest();
  told.length = 0;
  edit('base.innereye.yaml', `${BASE}# A comment at the end.\n`);
  await rest();
  expect(told).toEqual([]);
  const before = settlements();
  await pause(50);
  expect(settlements()).toBe(before);
});

test('a closed file has no diagnostics', async () => {
  const { validator, told, rest } = validating(TEXTS);
  validator.opened('/c/child.innereye.yaml');
  await rest();
  validator.closed('/c/child.innereye.yaml');
  await rest();
  expect(told.at(-1)).toBe('child.innereye.yaml 0');
});

test('a defect while one file is looked at leaves the others their diagnostics', async () => {
  const { validator, failures, break: breakReaders, settlements, rest } = validating(TEXTS);
  breakReaders();
  validator.opened('/c/child.innereye.yaml');
  await rest();
  expect(failures).toHaveLength(1);
  expect(settlements()).toBe(1);
});
