import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesOfFolder } from './snapshot-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'innereye-snapshot-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const paths = async (exclude: readonly string[] = []) =>
  (await filesOfFolder(folder, exclude)).files.map(({ path }) => path);

describe('the files of a job', () => {
  it('are those that .gitignore does not name, in each folder', async () => {
    await write({
      '.gitignore': '*.log\nbuild/\n',
      'a.ts': '',
      'a.log': '',
      'build/b.ts': '',
      'deep/.gitignore': '!keep.log\nlocal.ts\n',
      'deep/keep.log': '',
      'deep/local.ts': '',
      'node_modules/x/index.js': '',
      '.git/config': '',
    });
    expect(await paths()).toEqual(['.gitignore', 'a.ts', 'deep/.gitignore', 'deep/keep.log']);
  });

  it('are what .amlignore says, where there is one, whatever .gitignore does', async () => {
    await write({ '.gitignore': '*.ts\n', '.amlignore': '*.md\n', 'a.ts': '', 'b.md': '' });
    expect(await paths()).toEqual(['.amlignore', '.gitignore', 'a.ts']);
  });

  it('are told what is left out, and why', async () => {
    const token = `${'ghp'}_${'a1B2'.repeat(9)}`;
    await write({
      '.env': 'X=1',
      'run/run.json': '{}',
      'run/config.resolved.yaml': '',
      'data/scan.nii': '',
      'notes.txt': `my token is\n${token}`,
      'main.ts': '',
    });
    await symlink('/etc', join(folder, 'link'));
    const { files, leftOut } = await filesOfFolder(folder, [join(folder, 'data')]);
    expect(files.map(({ path }) => path)).toEqual(['main.ts']);
    expect(Object.fromEntries(leftOut.map(({ path, why }) => [path, why]))).toEqual({
      '.env': 'files of this name hold secrets',
      'run/': 'it holds runs',
      'data/': 'it is the data set, which the job gets as an input',
      'notes.txt': 'line 2 looks like a token of GitHub',
      link: 'it is a link',
    });
  });

  it('are refused where they are more than AzureML takes, the largest named', async () => {
    await write({ 'large.bin': '', 'small.ts': '' });
    const { truncate } = await import('node:fs/promises');
    await truncate(join(folder, 'large.bin'), 301 * 2 ** 20);
    await expect(filesOfFolder(folder)).rejects.toMatchObject({
      message: 'the code of the job has 301 MB; AzureML takes 300 MB',
      remedy: expect.stringContaining('large.bin (301 MB)'),
    });
  });
});
