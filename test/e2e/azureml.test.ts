import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findLibrary } from '../../src/engine/library.ts';
import { ACCOUNT_KEY } from '../azureml/blobs.ts';
import { StandIn } from '../azureml/stand-in.ts';
import { BLOB_CONTAINER } from '../azureml/workspace.ts';
import { FILES, makeWorkspace } from '../workspace.mjs';
import { packAccount } from './account.ts';
import { tinted } from './colours.ts';
import { pictureFailures, Window, whyNoHost } from './window.ts';

const LIVER = '#e6194b';
const missing = whyNoHost() ?? (findLibrary() ? undefined : 'the training engine is not installed');
if (missing) console.log(`The way from a configuration to a job on AzureML and back is skipped: ${missing}`);

/** Of the workspace nothing but where Azure is: the wizard finds the rest. */
const cloud = (origin: string) => `extends: ./learner.innereye.yaml
name: cloud
azure:
  # Ours.
  endpoint: ${origin}
`;

/** Files below folders that hold one of the texts. */
function filesWith(folders: readonly string[], texts: readonly string[]): string[] {
  return folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .filter(file => {
        const content = readFileSync(file);
        return texts.some(text => content.includes(text));
      }),
  );
}

/** The whole way, with a training, takes four minutes: `npm run prove:azureml-editor`. */
const whole = process.env.INNEREYE_PROVE !== undefined;

describe.skipIf(missing)('from a configuration to a job on AzureML and back', () => {
  let folder: string;
  /** The program as jobs run it: another build meanwhile does not disturb it. */
  let program: string;
  let standIn: StandIn;
  let account: Awaited<ReturnType<typeof packAccount>>;
  let workspace: ReturnType<typeof makeWorkspace>;
  let window: Window;
  /** Those that the account has given the editor. */
  const tokens: string[] = [];
  pictureFailures(() => window);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-e2e-azureml-'));
    program = resolve('node_modules/.cache/innereye', `azureml-jobs-${process.pid}`);
    cpSync('dist', program, { recursive: true, filter: file => !file.endsWith('.map') });
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'innereye'),
      `#!/bin/sh\nexec "${process.execPath}" "${join(program, 'innereye.js')}" "$@"\n`,
    );
    chmodSync(join(bin, 'innereye'), 0o755);
    standIn = await StandIn.start({ image: { PATH: `${bin}${delimiter}${process.env.PATH}` } });
    const issue = standIn.tokens.issue.bind(standIn.tokens);
    standIn.tokens.issue = request => {
      const token = issue(request);
      // Others are those of jobs.
      if (request?.name === undefined) tokens.push(token);
      return token;
    };
    account = await packAccount();
    workspace = makeWorkspace({
      subjects: 10,
      files: { ...FILES, 'cloud.innereye.yaml': cloud(standIn.origin) },
    });
    window = await Window.open(inject('vsix'), workspace.folder, {
      extensions: [account.vsix],
      settings: { 'innereye.azure.endpoints': [new URL(standIn.origin).host] },
      env: {
        NODE_EXTRA_CA_CERTS: standIn.authorityFile,
        STAND_IN_ORIGIN: standIn.origin,
        STAND_IN_AUTHORITY: standIn.authorityFile,
        STAND_IN_ACCOUNT: 'colleague@example.org',
      },
    });
  });
  afterAll(async () => {
    await window?.close();
    await standIn?.close();
    workspace?.remove();
    account?.remove();
    for (const made of [folder, program]) if (made) rmSync(made, { recursive: true, force: true });
  });

  const epochShown = async (): Promise<number> => {
    const texts = await window.webview.locator('.facts div').allTextContents();
    return Number(/^Epoch(\d+) of 50$/.exec(texts.find(text => text.startsWith('Epoch')) ?? '')?.[1] ?? 0);
  };
  const notificationButton = (text: string | RegExp, button: string) =>
    window.notification(text).getByRole('button', { name: button });

  it('asks who signs in, and finds workspace and cluster that the account sees', async () => {
    await window.menu(window.file('cloud.innereye.yaml'), 'Train on AzureML');
    await window.click(notificationButton('azure.subscription is missing', 'Choose Workspace'));
    const sure = window.page.getByRole('button', { name: 'Allow', exact: true });
    await window.click(sure);
    await window.pick('cpu-cluster');
    await window.pick('workspaceblobstore');
    await window.webview
      .getByRole('heading', { name: 'Train cloud on AzureML' })
      .waitFor({ timeout: 60_000 });
    const text = readFileSync(join(workspace.folder, 'cloud.innereye.yaml'), 'utf8');
    expect(text).toContain('# Ours.');
    expect(text).toMatch(/cluster: cpu-cluster/);
  });

  it('shows everything that it will send, and has sent nothing', async () => {
    const page = window.webview;
    await page.getByText('list price $0.27 an hour').waitFor();
    await page.getByText('"jobType": "Command"').waitFor();
    expect(await page.locator('tbody tr').first().textContent()).toMatch(/the data set\d+/);
    await window.picture('azureml-1-preview');
    expect(standIn.jobs.all).toEqual([]);
  });

  it.runIf(whole)(
    'submits it, and the curve grows',
    async () => {
      await window.click(window.webview.getByRole('button', { name: 'Submit' }));
      const loss = window.webview.locator('section.chart').first();
      await loss.locator('canvas').waitFor({ timeout: 90_000 });
      await expect.poll(epochShown, { timeout: 60_000 }).toBeGreaterThan(1);
      await window.picture('azureml-2-training');
      const drawn = await loss.locator('canvas').screenshot();
      const early = await epochShown();
      await expect.poll(epochShown, { timeout: 60_000 }).toBeGreaterThan(early);
      expect((await loss.locator('canvas').screenshot()).equals(drawn)).toBe(false);
      expect(standIn.jobs.all).toHaveLength(1);
    },
    240_000,
  );

  it.runIf(whole)(
    'goes on being shown after the window is reloaded',
    async () => {
      const before = await epochShown();
      await window.page.reload();
      await window.webview.locator('section.chart canvas').first().waitFor({ timeout: 60_000 });
      await expect.poll(epochShown, { timeout: 90_000 }).toBeGreaterThan(before);
    },
    240_000,
  );

  it('says why a job waits, and cancels it', async () => {
    standIn.clusters.get('cpu-cluster')!.held = true;
    await window.menu(window.file('cloud.innereye.yaml'), 'Train on AzureML');
    await window.click(window.webview.getByRole('button', { name: 'Submit' }));
    const facts = window.webview.locator('.facts div').first();
    await expect.poll(() => facts.textContent(), { timeout: 90_000 }).toMatch(/AzureMLQueued.*no capacity/);
    await window.picture('azureml-3-queued');
    await window.click(window.webview.getByRole('button', { name: 'Cancel job' }));
    await window.click(window.page.getByRole('button', { name: 'Cancel the Job' }));
    await window.webview.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 });
    standIn.clusters.get('cpu-cluster')!.held = false;
    expect(standIn.jobs.all.map(({ status }) => status)).toContain('Canceled');
  }, 240_000);

  it.runIf(whole)(
    'brings the first back, and lays its prediction over the scan',
    async () => {
      const [, first] = standIn.jobs.all;
      await expect.poll(() => first!.status, { timeout: 180_000 }).toBe('Completed');
      await window.command('InnerEye AzureML: Bring Back Results');
      await window.pick(/completed/);
      const done = window.notification(/files brought/);
      await window.click(done.getByRole('button', { name: 'Look at Predictions' }), { timeout: 60_000 });
      const liver = window.webview.locator('.structure').filter({ hasText: 'liver' });
      await expect.poll(() => liver.first().textContent(), { timeout: 60_000 }).toMatch(/0\.[5-9]\d/);
      await window.picture('azureml-4-prediction');
      const slice = window.webview.getByRole('img', { name: /^axial plane/ }).first();
      expect(await tinted(slice, LIVER)).toBeGreaterThan(500);
      const outputs = join(workspace.folder, 'outputs');
      const [run] = readdirSync(outputs)
        .filter(name => !name.startsWith('.'))
        .sort();
      expect(readFileSync(join(outputs, run!, 'dataset.csv'), 'utf8')).toContain(
        join(workspace.folder, 'data'),
      );
    },
    300_000,
  );

  it('has left no secret anywhere on this machine, nor in what it sent', async () => {
    expect(tokens.length).toBeGreaterThan(0);
    // What makes a token one is its last part.
    const secrets = [...tokens.map(token => token.split('.')[2]!), ACCOUNT_KEY];
    // Beside it lie the extensions themselves.
    const kept = join(window.profileFolder, 'u');
    expect(filesWith([workspace.folder, kept], secrets)).toEqual([]);
    expect(secrets.some(secret => window.log.includes(secret))).toBe(false);
    expect(filesWith([workspace.folder], ['sig=', 'Bearer '])).toEqual([]);
    for (const container of ['azureml', BLOB_CONTAINER]) {
      const client = standIn.blobs.container(container);
      for await (const { name } of client.listBlobsFlat()) {
        // The program itself knows the key that emulators have.
        if (/^innereye\/environments\/|\.(nii|gz|safetensors)$/.test(name)) continue;
        const content = await client.getBlobClient(name).downloadToBuffer();
        expect(
          secrets.some(secret => content.includes(secret)),
          name,
        ).toBe(false);
      }
    }
    const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name));
    const open = processes.flatMap(pid => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8'), readFileSync(`/proc/${pid}/environ`, 'utf8')];
      } catch {
        return [];
      }
    });
    // A job's own process is given a token of the run, which is another one.
    expect(open.some(text => tokens.some(token => text.includes(token)))).toBe(false);
  }, 120_000);
});
