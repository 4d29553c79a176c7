import { expect, it } from 'vitest';
import { MINIMAL, resolveTexts } from '../resolve-texts.ts';
import { files } from './files.ts';

it('initial weights are those of a run or a checkpoint, not of a folder of runs', () => {
  const { settings } = resolveTexts({ a: MINIMAL });
  const findings = (weights: string, ...there: string[]) =>
    files(
      { ...settings!, training: { ...settings!.training, initial_weights: weights } },
      { exists: file => !file.includes('best') || there.includes(file), memoryBytes: 1e9 },
    ).map(({ code }) => code);
  expect(findings('/outputs')).toEqual(['no-weights']);
  expect(findings('/outputs/a', '/outputs/a/checkpoints/best.safetensors')).toEqual([]);
  expect(findings('/a/step-00000007.safetensors')).toEqual([]);
});
