import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDatasetJson, parseLabelFile } from './label-files.ts';

describe('a list of labels is read', () => {
  it('as ITK-SNAP writes it', () => {
    const text = `################################################
# ITK-SnAP Label Description File
# File format:
# IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL
    0     0    0    0        0  0  0    "Clear Label"
    1   255    0    0        1  1  1    "Left kidney"
   12     0  128  255      0.5  1  1    "Liver"
`;
    expect(parseLabelFile(text)).toEqual([
      { value: 1, color: '#ff0000', name: 'Left kidney' },
      { value: 12, color: '#0080ff', name: 'Liver' },
    ]);
  });

  it('as FreeSurfer writes it', () => {
    expect(
      parseLabelFile('#No. Label Name: R G B A\n0 Unknown 0 0 0 0\n17 Left-Hippocampus 220 216 20 0\n'),
    ).toEqual([{ value: 17, name: 'Left-Hippocampus', color: '#dcd814' }]);
  });

  it('as MRIcron writes it', () => {
    expect(parseLabelFile('1 Precentral_L 2001\n2 Precentral_R 2002\n')).toEqual([
      { value: 1, name: 'Precentral_L' },
      { value: 2, name: 'Precentral_R' },
    ]);
  });

  it('and any other text gives nothing', () => {
    expect(
      parseLabelFile('Scans of 12 patients.\n1 was left out,\nas it was blurred.\nSee the paper.'),
    ).toEqual([]);
    fc.assert(
      fc.property(fc.string(), text => {
        for (const { value, name } of parseLabelFile(text)) {
          expect(value).toBeGreaterThan(0);
          expect(name).not.toBe('');
        }
      }),
    );
  });
});

describe('dataset.json names labels', () => {
  it('by value in the Decathlon, by name in nnU-Net', () => {
    const expected = [
      { value: 1, name: 'Anterior' },
      { value: 2, name: 'Posterior' },
    ];
    expect(parseDatasetJson('{"labels": {"0": "background", "1": "Anterior", "2": "Posterior"}}')).toEqual(
      expected,
    );
    expect(parseDatasetJson('{"labels": {"background": 0, "Anterior": 1, "Posterior": 2}}')).toEqual(
      expected,
    );
  });

  it('or not, and then nothing is found', () => {
    for (const text of ['', '[]', 'null', '{"labels": 3}', '{"labels": {"all": [1, 2]}}']) {
      expect(parseDatasetJson(text)).toEqual([]);
    }
  });
});
