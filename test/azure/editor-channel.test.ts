import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerChannel, sendTo } from '../../extension/azure/channel.ts';
import { recordForeignJob } from '../../src/azure/local/run-record.ts';
import { CHANNEL_ENVIRONMENT, SIGN_IN_ENVIRONMENT } from '../../src/contracts/editor-channel.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { StandIn } from '../azureml/stand-in.ts';
import { buildCommandLine, type CommandLine } from '../command-line.ts';
import { connectTo, placeOf } from './against-stand-in.ts';

let built: CommandLine;
let standIn: StandIn;
let folder: string;

beforeAll(async () => {
  [built, standIn] = await Promise.all([buildCommandLine(), StandIn.start()]);
  folder = await mkdtemp(join(tmpdir(), 'innereye-editor-'));
});
afterAll(async () => {
  await standIn?.close();
  built?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

interface Asked {
  readonly scopes: readonly string[];
  readonly tenant: string | undefined;
  readonly interactive: boolean;
}

/** Starts the program as the extension does; `token` gives what the account would. */
function start(args: readonly string[], token: () => Promise<string>) {
  const child = spawn(process.execPath, [built.program, 'azure', ...args], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: standIn.authorityFile,
      [CHANNEL_ENVIRONMENT]: 'ipc',
      [SIGN_IN_ENVIRONMENT]: 'editor',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const asked: Asked[] = [];
  const followed: unknown[] = [];
  const signIn = {
    token: async (scopes: readonly string[], tenant: string | undefined, interactive: boolean) => {
      asked.push({ scopes, tenant, interactive });
      return { token: await token(), expiresAt: Date.now() + 300_000 };
    },
  };
  answerChannel(child, signIn, true, { followed: (_, problem) => followed.push(problem) });
  return { child, asked, followed, ended: endOf(child) };
}

function endOf(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', data => {
    stdout += data;
  });
  child.stderr!.on('data', data => {
    stderr += data;
  });
  return new Promise(resolve => child.once('exit', code => resolve({ code, stdout, stderr })));
}

const issue = async () => standIn.tokens.issue();

describe('a program that an editor has started', () => {
  it('asks it for tokens, and lists what its account sees', async () => {
    const options = ['--json', '--endpoint', standIn.origin, '--tenant', 'of-ours'];
    const { ended, asked } = start(['workspaces', ...options], issue);
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ workspace: 'stand-in', resourceGroup: 'innereye' }]);
    expect(asked[0]).toEqual({
      scopes: [`${standIn.origin}/.default`],
      tenant: 'of-ours',
      interactive: true,
    });
  });

  it('says what the editor says where nobody is signed in', async () => {
    const refuse = async () => {
      throw new Fault('nobody is signed in to Azure', { remedy: 'Sign in: InnerEye AzureML: Sign In.' });
    };
    const { code, stderr } = await start(['tenants', '--endpoint', standIn.origin], refuse).ended;
    expect(code).toBe(1);
    expect(stderr).toBe('nobody is signed in to Azure\n  Sign in: InnerEye AzureML: Sign In.\n');
  });

  it('attaches to a job of somebody else, follows it, and ends with the editor', async () => {
    const workspace = connectTo(standIn);
    const environment = await workspace.ensureEnvironment({ name: 'e', version: '1', image: 'node:20' });
    const event = { sequence: 0, time: '2026-11-25T00:00:00Z', type: 'log', message: 'hello' };
    const job = await workspace.submit('followed', {
      jobType: 'Command',
      command: `echo '${JSON.stringify(event)}'; echo other`,
      codeId: await workspace.uploadCode({ name: 'c', hash: 'c', files: [] }),
      environmentId: environment,
      computeId: environment.replace(/environments.*/, 'computes/cpu-cluster'),
      displayName: 'followed',
      experimentName: 'tests',
      tags: {},
      environmentVariables: {},
      resources: { instanceCount: 1, shmSize: '1g' },
      inputs: {},
      outputs: {},
    });
    const { subscription, resourceGroup, workspace: name, endpoint } = placeOf(standIn);
    const attached = await start(
      [
        ...['attach', job.name, '--json', '--output', folder, '--endpoint', endpoint],
        ...['--subscription', subscription, '--resource-group', resourceGroup, '--workspace', name],
      ],
      issue,
    ).ended;
    expect(attached.code, attached.stderr).toBe(0);
    const { run } = JSON.parse(attached.stdout) as { run: string };
    const { child, ended, followed } = start(['follow'], issue);
    sendTo(child, { type: 'follow', folders: [run] });
    const manifest = async () => JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    await expect.poll(async () => (await manifest()).status, { timeout: 60_000 }).toBe('completed');
    expect(await readFile(join(run, 'events.ndjson'), 'utf8')).toBe(`${JSON.stringify(event)}\n`);
    expect(await readFile(join(run, 'logs/job.log'), 'utf8')).toBe('other\n');
    await expect.poll(() => followed, { timeout: 60_000 }).toContain(undefined);
    child.disconnect();
    expect((await ended).code).toBe(0);
  });

  it('tells what stands in the way of following, and that a submission was broken off', async () => {
    const lost = { name: 'never', kind: 'command', status: 'NotStarted', displayName: 'never' } as const;
    const more = { experiment: '', tags: {}, outputs: {} };
    const run = await recordForeignJob(folder, { ...lost, ...more }, placeOf(standIn));
    const file = join(run, 'run.json');
    const manifest = JSON.parse(await readFile(file, 'utf8'));
    // Of a process that is gone.
    await writeFile(file, JSON.stringify({ ...manifest, process: { pid: 999_999_9, host: 'x.invalid' } }));
    const { child, ended, followed } = start(['follow'], issue);
    sendTo(child, { type: 'follow', folders: [run] });
    await expect.poll(() => followed.length, { timeout: 60_000 }).toBeGreaterThan(0);
    expect(followed[0]).toMatchObject({ message: expect.stringContaining('broken off') });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ status: 'failed' });
    child.disconnect();
    await ended;
  });
});
