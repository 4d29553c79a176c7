import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, fileUri } from './editor.ts';

const outputs = () => fileUri('outputs').fsPath;
const runsIn = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).filter(name => existsSync(join(folder, name, 'run.json'))) : [];
const read = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const statusOf = (folder: string): string => read(folder, 'run.json').status;
const tabs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs.map(({ label }) => label));

/** Calls a command that may wait for a notification which nobody answers. */
const call = (name: string, ...args: unknown[]) =>
  void vscode.commands.executeCommand(`innereye.${name}`, ...args);

/** Accepts what an open list or box proposes, as soon as something has changed by it. */
const accept = <T>(what: string, done: () => T | undefined | false) =>
  eventually(what, async () => {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await new Promise(resolve => setTimeout(resolve, 300));
    return done();
  });

describe('the commands of runs', () => {
  const made: string[] = [];

  /** Trains, and gives the folder of the new run once it has taken its first steps. */
  const train = async (options: object) => {
    const others = runsIn(outputs());
    call('train', fileUri('learner.innereye.yaml'), options);
    return eventually(
      'a run at its steps',
      () => {
        const name = runsIn(outputs()).find(each => !others.includes(each));
        const events = name && join(outputs(), name, 'events.ndjson');
        return (
          events &&
          existsSync(events) &&
          readFileSync(events, 'utf8').includes('"step"') &&
          join(outputs(), name)
        );
      },
      90_000,
    );
  };

  before(async () => {
    await vscode.extensions.getExtension('innereye.innereye')!.activate();
  });

  it('stop one after a checkpoint, and go on with it to its end', async function () {
    this.timeout(240_000);
    const run = await train({ overrides: ['training.epochs=12'], tags: ['site=B'] });
    made.push(run);
    strictEqual(statusOf(run), 'running');
    call('runs.stop', run);
    await eventually('its end', () => statusOf(run) === 'cancelled', 60_000);
    ok(readdirSync(join(run, 'checkpoints')).length > 0);
    call('runs.resume', run);
    await eventually('its completion', () => statusOf(run) === 'completed', 150_000);
    ok(existsSync(join(run, 'reports', 'report_Segmentation.html')));
    const events = readFileSync(join(run, 'events.ndjson'), 'utf8');
    ok(events.includes('"resumed"'));
  });

  it('tag one', async () => {
    const [run] = made as [string];
    call('runs.tag', { folder: run });
    await accept('its tags', () => existsSync(join(run, 'notes.json')));
    deepStrictEqual(read(run, 'notes.json').tags, { site: 'B' });
  });

  it('move what is selected in the view to the trash, and bring it back', async () => {
    const [run] = made as [string];
    await closeAll();
    await vscode.commands.executeCommand('innereye.runs.focus');
    await eventually('the trash', async () => {
      await vscode.commands.executeCommand('innereye.runs.focus');
      await vscode.commands.executeCommand('list.focusFirst');
      await vscode.commands.executeCommand('list.toggleSelection');
      call('runs.delete');
      await new Promise(resolve => setTimeout(resolve, 500));
      const isGone = !existsSync(run);
      if (!isGone) await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return isGone;
    });
    ok(!runsIn(outputs()).includes(basename(run)));
    call('runs.restore');
    await accept('its return', () => existsSync(join(run, 'run.json')));
  });

  it('compare two', async function () {
    this.timeout(240_000);
    const [first] = made as [string];
    const second = await train({ overrides: ['training.epochs=2'] });
    await eventually('its completion', () => statusOf(second) === 'completed', 150_000);
    call('runs.compare', { folder: first }, [{ folder: first }, { folder: second }]);
    await eventually(
      'the comparison',
      () => tabs().some(label => label.includes('Comparison of Runs')),
      60_000,
    );
    await closeAll();
  });
});
