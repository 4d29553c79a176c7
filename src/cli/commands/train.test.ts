import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { trainCommand } from './train.ts';

const folder = temporaryFolder();

it('leaves no run behind for a structure that the data set does not have, and names both files', async () => {
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/dataset.csv'), 'subject,filePath,channel\n1,a.nii,mr\n1,b.nii,liver\n');
  const file = join(folder, 'a.innereye.yaml');
  await writeFile(
    file,
    `task: segmentation
dataset:
  path: data
  channels: [mr]
  structures:
    - name: livr
sampling: {crop_size: [32, 32, 32]}
architecture: {name: plain_unet, levels: 3}
`,
  );
  const output = join(folder, 'outputs');
  await expect(trainCommand().parseAsync([file, '--output', output], { from: 'user' })).rejects.toMatchObject(
    {
      message: expect.stringContaining('"livr"'),
      place: { file, line: 6, and: join(folder, 'data/dataset.csv') },
    },
  );
  expect(existsSync(output)).toBe(false);
});
