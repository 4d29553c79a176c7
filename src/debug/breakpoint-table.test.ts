import { beforeEach, describe, expect, it } from 'vitest';
import { MINIMAL, resolveTexts } from '../config/resolve-texts.ts';
import { BreakpointTable } from './breakpoint-table.ts';

const MAIN = '/c/main.innereye.yaml';
const BASE = '/c/base.innereye.yaml';
const { tree } = resolveTexts({
  'main.innereye.yaml': 'extends: ./base.innereye.yaml\nloss: { name: soft_dice }\n',
  'base.innereye.yaml': MINIMAL,
});
const line = (text: string) => MINIMAL.split('\n').findIndex(one => one.startsWith(text)) + 1;

describe('the breakpoints of a session', () => {
  let table: BreakpointTable;
  beforeEach(() => {
    table = new BreakpointTable(tree!);
  });

  it('are replaced file by file, and keep their numbers', () => {
    const [loss] = table.setInFile(MAIN, [{ line: 2 }]);
    expect(loss).toMatchObject({ verified: true, line: 2, message: 'loss' });
    const [architecture, sampling] = table.setInFile(BASE, [
      { line: line('architecture') },
      { line: line('sampling'), condition: 'step > 1' },
    ]);
    expect(new Set([loss!.id, architecture!.id, sampling!.id]).size).toBe(3);
    const [again] = table.setInFile(BASE, [{ line: line('sampling') }]);
    expect(again!.id).toBe(sampling!.id);
    expect(table.all.map(({ setting, condition }) => [setting, condition])).toEqual([
      ['loss', undefined],
      ['sampling', undefined],
    ]);
    table.setInFile(MAIN, []);
    expect(table.all.map(({ setting }) => setting)).toEqual(['sampling']);
  });

  it('are refused with the reason where there is nothing to stop at, or a condition cannot be read', () => {
    const [nowhere, broken] = table.setInFile(MAIN, [{ line: 40 }, { line: 2, condition: 'loss >' }]);
    expect(nowhere).toMatchObject({ verified: false, message: expect.stringContaining('Nothing') });
    expect(broken).toMatchObject({ verified: false, message: expect.stringContaining('missing') });
    expect(table.all).toEqual([]);
  });

  it('on blocks of the network are verified, and apart from those of files', () => {
    table.setInFile(MAIN, [{ line: 2 }]);
    expect(
      table.setOnBlocks([{ name: ' encoder/0 backward ' }, { name: 'x', condition: '(' }]),
    ).toMatchObject([{ verified: true }, { verified: false }]);
    expect(table.all.map(({ setting, part }) => [setting, part])).toEqual([
      ['loss', undefined],
      ['architecture', 'encoder/0 backward'],
    ]);
    table.setOnBlocks([]);
    expect(table.all).toHaveLength(1);
  });

  it('can lie on the lines of nodes', () => {
    expect(table.lines(MAIN, 1, 100)).toEqual([2]);
    expect(table.lines(BASE, line('sampling'), line('sampling'))).toEqual([line('sampling')]);
    expect(table.lines('innereye-preset:/innereye/lung.innereye.yaml', 1, 100)).toEqual([]);
  });
});
