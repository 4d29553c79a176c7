import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { AzureWorkspace } from '../workspace.ts';
import { downloadJob } from './download-job.ts';
import { recordForeignJob } from './run-record.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-download-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SETTINGS = `
name: m
task: segmentation
dataset: {path: /d, channels: [ct], structures: [{name: liver, label: 1}]}
sampling: {crop_size: [8, 8, 8]}
architecture: {name: plain_unet}
plugins: [/tmp/evil.ts]
`;

/** A workspace whose only datastore has these files as a job's results. */
function workspaceWith(results: Readonly<Record<string, string>>): AzureWorkspace {
  const files = {
    list: async (base: string) =>
      Object.entries(results).map(([name, text]) => ({
        path: `${base}/${name}`,
        bytes: Buffer.byteLength(text),
        version: text,
      })),
    download: async (file: { path: string }, target: string) => {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, results[file.path.replace('runs/theirs/', '')]!);
    },
  };
  return { files: async () => files } as unknown as AzureWorkspace;
}

describe('the results of a job that somebody else submitted', () => {
  it('bring no plugins that would be run here, of the run or of runs within it', async () => {
    const runs = 'azureml://datastores/workspaceblobstore/paths/runs';
    const job = { name: 'theirs', kind: 'command', status: 'Completed', displayName: 'x' } as const;
    const place = { endpoint: 'https://m', subscription: 's', resourceGroup: 'g', workspace: 'w' };
    const run = await recordForeignJob(root, { ...job, experiment: '', tags: {}, outputs: { runs } }, place);
    const manifest = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
    const workspace = workspaceWith({
      'run.json': JSON.stringify({ ...manifest, configuration: { file: 'f', hash: 'h', overrides: [] } }),
      'config.resolved.yaml': SETTINGS,
      'Config.Resolved.yaml': SETTINGS,
      'ensemble/config.resolved.yaml': SETTINGS,
    });
    await downloadJob(workspace, run);
    const plugins = (name: string) => parse(readFileSync(join(run, name), 'utf8')).plugins ?? [];
    expect(plugins('config.resolved.yaml')).toEqual([]);
    expect(plugins('ensemble/config.resolved.yaml')).toEqual([]);
    expect(() => plugins('Config.Resolved.yaml')).toThrow('ENOENT');
    // Whoever trusts them names them; the next download keeps that.
    const file = join(run, 'config.resolved.yaml');
    writeFileSync(file, SETTINGS.replace('evil', 'mine'));
    await downloadJob(workspace, run);
    expect(plugins('config.resolved.yaml')).toEqual(['/tmp/mine.ts']);
  });
});
