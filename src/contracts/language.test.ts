import { expect, it } from 'vitest';
import { presetOf, presetUri } from './language.ts';

it('presets have URIs that lead back to them, however an editor writes them', () => {
  expect(presetUri('innereye/lung')).toBe('innereye-preset:/innereye/lung.innereye.yaml');
  expect(presetOf(presetUri('innereye/lung'))).toBe('innereye/lung');
  expect(presetOf('innereye-preset:///innereye%2Flung')).toBe('innereye/lung');
  expect(presetOf('file:///innereye/lung.innereye.yaml')).toBeUndefined();
});
