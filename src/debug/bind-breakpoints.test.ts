import { describe, expect, it } from 'vitest';
import { resolveTexts } from '../config/resolve-texts.ts';
import { breakpointMap } from './bind-breakpoints.ts';

const BASE = `task: segmentation
dataset:
  path: ./data
  channels: [ct]
  structures:
    - { name: liver, label: 1 }
    - { name: spleen, label: 2 }
sampling: { crop_size: [32, 32, 32] }
preprocessing:
  - normalize: { method: z-score }
augmentation:
  - random_flip: { axes: [x] }
  - random_noise:
      probability: 0.5
      deviation: [0, 0.1]
architecture:
  name: unet3d
  levels: 3
loss: { name: mixture, components: [{ name: soft_dice }, { name: cross_entropy }] }
`;
const CHILD = `extends: ./base.innereye.yaml
# a remark
augmentation:
  $append:
    - random_gamma: { probability: 0.3 }
architecture: { features: 8 }
preprocessing:
  - normalize: { method: simple }
`;

const { tree } = resolveTexts({ 'child.innereye.yaml': CHILD, 'base.innereye.yaml': BASE });
const map = breakpointMap(tree!);
const bind = (file: string, line: number) => {
  const binding = map.bind(`/c/${file}.innereye.yaml`, line);
  return 'node' in binding ? `${binding.node.title} @${binding.line}` : binding.reason;
};

describe('a breakpoint', () => {
  it('in a base file binds for the child', () => {
    expect(bind('base', 12)).toBe('augmentation[0] random_flip @12');
    expect(bind('base', 8)).toBe('sampling @8');
    expect(bind('base', 19)).toBe('loss @19');
  });

  it('snaps to the step that a line belongs to', () => {
    expect(bind('base', 15)).toBe('augmentation[1] random_noise @13');
    expect(bind('base', 18)).toBe('architecture @18');
  });

  it('in the child binds to what is appended and merged there', () => {
    expect(bind('child', 5)).toBe('augmentation[2] random_gamma @5');
    expect(bind('child', 6)).toBe('architecture @6');
  });

  it('says why a line cannot hold it', () => {
    expect(bind('base', 10)).toBe(
      'This is overridden in /c/child.innereye.yaml:8; set the breakpoint there.',
    );
    expect(bind('child', 2)).toMatch(/^Nothing of the configuration/);
    expect(bind('base', 1)).toMatch(/^Training does not come by `task`/);
    expect(bind('other', 1)).toMatch(/^Nothing of the configuration/);
  });

  it('on a structure binds to it', () => {
    expect(bind('base', 7)).toBe('dataset.structures[1] spleen @7');
  });

  it('can lie on these lines', () => {
    expect(map.lines('/c/base.innereye.yaml')).toEqual([6, 7, 8, 12, 13, 16, 17, 18, 19]);
    expect(map.lines('/c/child.innereye.yaml')).toEqual([3, 5, 6, 8]);
  });
});
