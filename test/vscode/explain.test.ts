import { ok, strictEqual } from 'node:assert';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, fileUri } from './editor.ts';

/** A number of each scan of the cohort, told from the scan and a column. */
const CONFIGURATION = `name: sizes
task: regression
dataset:
  path: .
  csv: sizes.csv
  channels: [scan]
  features: { numerical: [age] }
  targets: { columns: [size] }
  splits: { ids: { train: ['001', '002'], validation: ['003'], test: ['004'] } }
preprocessing:
  - resample: { spacing_mm: [8, 6, 6] }
  - normalize: { method: z-score }
input: { size: [12, 20, 20] }
architecture: { name: resnet, features: 4, blocks: [1, 1] }
training: { epochs: 1, batch_size: 2, seed: 1 }
`;
const TABLE = `subject,scan,age,size
001,data/001/mr.nii.gz,61,10
002,data/002/mr.nii.gz,55,12
003,data/003/mr.nii.gz,70,9
004,data/004/mr.nii.gz,48,14
`;

const tabs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs.map(({ label }) => label));

describe('a run of a regression', () => {
  let run = '';

  before(async function () {
    this.timeout(240_000);
    await vscode.extensions.getExtension('innereye.innereye')!.activate();
    writeFileSync(fileUri('sizes.csv').fsPath, TABLE);
    writeFileSync(fileUri('sizes.innereye.yaml').fsPath, CONFIGURATION);
    const outputs = fileUri('outputs').fsPath;
    void vscode.commands.executeCommand('innereye.train', fileUri('sizes.innereye.yaml'));
    run = await eventually(
      'a completed run',
      () => {
        const names = existsSync(outputs) ? readdirSync(outputs) : [];
        const folder = names.filter(name => name.endsWith('_sizes')).map(name => join(outputs, name))[0];
        const manifest = folder && join(folder, 'run.json');
        if (!manifest || !existsSync(manifest)) return false;
        const { status, error } = JSON.parse(readFileSync(manifest, 'utf8'));
        strictEqual(error, undefined);
        return status === 'completed' && folder;
      },
      200_000,
    );
    await closeAll();
  });

  after(closeAll);

  it('is explained: the heat map of a case over its scan, and the importance of columns as a table', async function () {
    this.timeout(120_000);
    // The Runs view calls a command with its node and the selected ones.
    await vscode.commands.executeCommand('innereye.runs.explain', { folder: run }, undefined, '004');
    ok(existsSync(join(run, 'explanations', '004', 'gradcam_size.nii.gz')));
    ok(readFileSync(join(run, 'explanations', 'feature_importance.csv'), 'utf8').includes('\nage,r2_score,'));
    await eventually('the map over the scan', () =>
      tabs().some(label => label.includes('mr.nii.gz') && label.includes('gradcam_size.nii.gz')),
    );
    ok(tabs().includes('Importance: sizes'));
  });

  it('proposes the case that it knew best', async function () {
    this.timeout(120_000);
    await closeAll();
    void vscode.commands.executeCommand('innereye.runs.explain', run);
    await eventually('the map over the scan', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return tabs().some(label => label.includes('gradcam_size.nii.gz'));
    });
  });
});
