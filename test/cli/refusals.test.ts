import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { untrainedModel, writeRun } from '../../src/export/fixtures/untrained-model.ts';
import { untrainedScalar, writeScalarRun } from '../../src/export/fixtures/untrained-scalar.ts';
import { fixture } from '../../src/volume/fixtures/goldens.ts';
import { writeNifti } from '../../src/volume/formats/nifti-write.ts';
import { affineFromSpacing } from '../../src/volume/volume.ts';

const home = process.cwd();
let root: string;
let model: string;
let predictTable: string[];
const at = (...parts: string[]) => join(root, ...parts);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'innereye-refusals-'));
  model = await writeRun(root, 'small', untrainedModel({ name: 'plain_unet', features: 2, levels: 2 }));
  const grid = { shape: [4, 5, 6] as const, affine: affineFromSpacing([2, 2, 2]) };
  const data = Float32Array.from({ length: 120 }, (_, index) => Math.sin(index));
  await writeNifti(at('scan.nii.gz'), { ...grid, data });
  const labels = Uint8Array.from({ length: 120 }, (_, index) => Number(index < 60));
  for (const name of ['scan', 'liver', 'kidneys'])
    await writeNifti(at('data', 'anna', `${name === 'liver' ? 'segmentation' : name}.nii.gz`), {
      ...grid,
      data: name === 'scan' ? data : labels,
    });
  writeFileSync(
    at('data', 'dataset.csv'),
    `subject,filePath,channel\n${[
      ['scan', 'mr'],
      ['segmentation', 'liver'],
      ['kidneys', 'kidneys'],
    ]
      .map(([file, channel]) => `anna,anna/${file}.nii.gz,${channel}`)
      .join('\n')}\n`,
  );
  writeFileSync(at('sick.csv'), 'subject,age,sex\nanna,61,f\n');
  const sick = await writeScalarRun(root, 'sick', await untrainedScalar({ name: 'mlp', hidden: [2] }));
  predictTable = ['predict', '--model', sick, '--input', 'sick.csv'];
  symlinkSync(root, at('linked'), 'junction');
  writeFileSync(at('file'), 'text');
  process.chdir(root);
  vi.stubEnv('API_AUTH_SECRET', 'secret');
});
afterAll(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

/** Runs a command as the program does, in this process. */
async function run(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const said: string[] = [];
  const error = vi.spyOn(console, 'error').mockImplementation((...parts) => void said.push(parts.join(' ')));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = new Set(signals.flatMap(signal => process.listeners(signal)));
  try {
    const code = await main(args);
    return { code, stderr: said.join('\n') };
  } finally {
    error.mockRestore();
    log.mockRestore();
    for (const signal of signals)
      for (const listener of process.listeners(signal))
        if (!before.has(listener)) process.off(signal, listener);
  }
}

/** Expects a fault of one message with a remedy, without a stack trace. */
async function refuses(args: readonly string[], ...says: (string | RegExp)[]): Promise<void> {
  const { code, stderr } = await run(args);
  expect(code, stderr).toBe(1);
  expect(stderr).not.toMatch(/defect of innereye|\n\s+at .*:\d+:\d+/);
  for (const part of says) expect(stderr).toMatch(part);
  expect(stderr.trim().split('\n').length, stderr).toBeGreaterThan(1);
}

describe('nothing that a command reads is written over', () => {
  const unchanged = async (file: string, work: () => Promise<void>) => {
    const before = readFileSync(file);
    await work();
    expect(readFileSync(file).equals(before)).toBe(true);
  };
  const OVER = /would write over what is read/;

  it('by predict: a scan, named as it is or through a link', async () => {
    const predict = (output: string) => [
      ...['predict', '--model', model, '--input', 'scan.nii.gz'],
      ...['--output', output],
    ];
    await unchanged(at('scan.nii.gz'), async () => {
      await refuses(predict('scan.nii.gz'), OVER);
      await refuses(predict(at('linked', 'data', '..', 'scan.nii.gz')), OVER);
    });
  });

  it('by predict: the ground truth of a data set', async () => {
    await unchanged(at('data', 'anna', 'segmentation.nii.gz'), () =>
      refuses(['predict', '--model', model, '--input', 'data', '--output', 'data'], OVER),
    );
  });

  it('by predict: the table, also in its folder', async () => {
    await unchanged(at('sick.csv'), async () => {
      await refuses([...predictTable, '--output', 'sick.csv'], OVER);
      await refuses([...predictTable, '--output', at('linked', 'sick.csv')], OVER);
    });
  });

  it('by convert', async () => {
    await unchanged(at('scan.nii.gz'), () =>
      refuses(['convert', 'scan.nii.gz', './linked/scan.nii.gz'], OVER),
    );
  });

  it('by evaluate: the csv of the data set', async () => {
    const config = `task: segmentation
dataset: { path: ./data, channels: [mr], structures: [{ name: liver }, { name: kidneys }] }
sampling: { crop_size: [16, 16, 16] }
architecture: { name: plain_unet }
`;
    writeFileSync(at('small.innereye.yaml'), config);
    mkdirSync(at('predictions'));
    writeFileSync(at('predictions', 'anna.nii.gz'), readFileSync(at('data', 'anna', 'kidneys.nii.gz')));
    const args = ['evaluate', '--predictions', 'predictions', '--config', 'small.innereye.yaml', '--output'];
    await unchanged(at('data', 'dataset.csv'), () => refuses([...args, 'data/dataset.csv'], OVER));
    await refuses([...args, 'file'], /not a csv file by its name/);
  });

  it('by dicom reidentify and deidentify', async () => {
    const series = fixture('dicom/one');
    const deidentify = ['dicom', 'deidentify', series, '--output', 'slices', '--key'];
    await refuses([...deidentify, 'slices/key.json'], /would lie among the slices/);
    expect((await run([...deidentify, 'key.json'])).stderr).toBe('');
    const slice = at('slices', readdirSync(at('slices'))[0]!);
    const reidentify = ['dicom', 'reidentify', slice, '--key', 'key.json', '--output'];
    await unchanged(slice, () => refuses([...reidentify, slice], OVER));
    await unchanged(at('key.json'), () => refuses([...reidentify, 'key.json'], OVER));
  });

  it('by export, report, plan and train: what is no output of theirs', async () => {
    const manifest = join(model, 'run.json');
    await unchanged(manifest, async () => {
      await refuses(['export', model, '--output', manifest], /not a bundle by its name/);
      await refuses(['report', model, '--output', manifest], /not an HTML file by its name/);
    });
    writeFileSync(at('scans.zip'), 'scans');
    await refuses(['export', model, '--output', 'scans.zip'], /exists already/, /--force/);
    const plan = ['plan', 'data', '--output', 'new.yaml', '--fingerprint'];
    await unchanged(at('data', 'dataset.csv'), async () => {
      await refuses([...plan, 'data/dataset.csv'], /exists already/);
      await refuses(['train', 'small.innereye.yaml', '--run-folder', 'data'], /must be empty, and .* holds/);
    });
    await refuses([...plan, 'new.yaml'], /name one file/);
  });

  it('by cohort: a folder with anything in it', async () => {
    await unchanged(at('data', 'dataset.csv'), () =>
      refuses(['cohort', 'data', '--subjects', '1'], /not empty/),
    );
    expect(readdirSync(at('data')).sort()).toEqual(['anna', 'dataset.csv']);
  });
});

describe('a model that cannot predict is told with what to do', () => {
  const predict = (run: string) => ['predict', '--model', run, '--input', 'scan.nii.gz', '--output', 'out'];

  /** A copy of the run that ended another way. */
  function ended(status: string, more: object, { trained }: { trained: boolean }): string {
    const copy = at(`${status}-${trained}`);
    cpSync(model, copy, { recursive: true });
    const file = join(copy, 'run.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), status, ...more }));
    if (!trained) rmSync(join(copy, 'checkpoints'), { recursive: true });
    return copy;
  }

  it('as it failed, was stopped, or lost its weights', async () => {
    const failed = ended('failed', { error: 'the disk is full' }, { trained: false });
    const goOn = `innereye train /home/someone/x.innereye.yaml --resume ${failed}`;
    await refuses(predict(failed), /the run has failed \(the disk is full\) and has no checkpoint/, goOn);
    await refuses(['export', failed], /the run has failed/);
    const cancelled = ended('cancelled', {}, { trained: false });
    await refuses(predict(cancelled), /the run was stopped and has no checkpoint/, /--resume/);
    const gone = ended('completed', {}, { trained: false });
    await refuses(predict(gone), /the weights of the run are gone/, /best\.safetensors/);
  });

  it('and says of one that has a checkpoint that it is not complete', async () => {
    const partly = ended('failed', { error: 'the disk is full' }, { trained: true });
    const { stderr } = await run([...predict(partly).slice(0, 3), '--input', 'missing', '--output', 'out']);
    expect(stderr).toContain('warning: the run has failed: its best weights so far are taken');
  });

  it('as what it knows of its table is broken', async () => {
    const copy = at('unknown');
    cpSync(predictTable[2]!, copy, { recursive: true });
    const args = [...predictTable.map(arg => (arg === predictTable[2] ? copy : arg)), '--output', 'out'];
    writeFileSync(join(copy, 'scoring.json'), '{"temperature": 1');
    await refuses(args, /the file is not JSON/, join(copy, 'scoring.json'));
    writeFileSync(join(copy, 'table.json'), '{"x": 1}');
    await refuses(args, /does not say how its table was read/, join(copy, 'table.json'));
  });

  it('as there is no such bundle or run', async () => {
    await refuses(
      predict('missing.innereye.zip'),
      /there is no such bundle or run/,
      at('missing.innereye.zip'),
    );
    await refuses(['export', 'missing'], /there is no such folder/);
  });
});

describe('what would be passed over in silence is refused', () => {
  it.each([
    [['--parallel', '2'], /--parallel is for a cross-validation/],
    [['--ensemble', 'mean'], /--ensemble is for a cross-validation/],
    [['--cross-validation', '2', '--fold', '0', '--parallel', '2'], /--parallel is for a cross-validation/],
    [['--run-folder', 'a', '--output', 'b'], /--output cannot be given with --run-folder/],
    [['--resume', '--choose-postprocessing'], /--choose-postprocessing cannot be given with --resume/],
  ])('by train: %j', (args, message) => refuses(['train', 'small.innereye.yaml', ...args], message));

  it('by ensemble: a member twice, also under another path', async () => {
    await refuses(['ensemble', model, model], /in the ensemble twice/, /Name each run once/);
    await refuses(['ensemble', model, at('linked', basename(model))], /in the ensemble twice/);
  });

  it('by predict: what is for scans, of a model of tables', () =>
    refuses([...predictTable, '--output', 'out', '--format', 'nifti'], /--format is for segmentations/));

  it('by evaluate and convert', async () => {
    const evaluate = ['evaluate', '--predictions', 'data', '--output', 'm.csv', '--set', 'a=1'];
    await refuses([...evaluate, '--structures', 'liver=1', '--labels', 'data'], /there is none/);
    await refuses(['convert', 'scan.nii.gz', 'new.nii', '--whole-series', '--series', '1'], /--whole-series/);
  });
});

it('tells wrong places with what to do, and leaves nothing there', async () => {
  await refuses(['search', 'small.innereye.yaml', '--resume', 'nothing'], /there is no such folder/);
  expect(existsSync(at('nothing'))).toBe(false);
  await refuses(['truth', 'nothing', 'anna', 'truth.nii'], /there is no such folder/);
  await refuses(['runs', 'list', '--output', 'file'], /this is no folder/);
  await refuses(['import-config', 'nothing'], /there is no such file/);
  if (process.platform === 'linux') await refuses(['import-config', '/dev/zero'], /no regular file/);
  const used = ['azure', 'tenants', '--endpoint', 'http://127.0.0.1'];
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect((await run(used)).code).toBe(2);
  expect(told.mock.calls.join('')).toContain('begins with https://');
  expect((await run(['cohort', 'v', '--kind', 'visits', '--subjects', '-5'])).code).toBe(2);
  told.mockRestore();
});

it('says that a folder is not that of a job, and what else its name may be', async () => {
  const missing = join('outputs', 'missing');
  await refuses(['azure', 'watch', missing], /there is no such folder of a run/, at(missing));
  await refuses(['azure', 'download', 'data'], /this is not the folder of a run/, at('data'));
  vi.stubEnv('AZURE_SUBSCRIPTION_ID', '');
  await refuses(['azure', 'download', 'missing'], /there is no folder missing here, and to look for a job/);
});

describe('what the file system refuses is told with its path', () => {
  it.skipIf(process.platform !== 'linux')(
    'where nothing can be made (only Linux has /proc, where root too may not)',
    async () => {
      await refuses(['cohort', '/proc/x'], 'at /proc/x');
      await refuses(['serve', '--model', model, '--spool', '/proc/x', '--port', '0'], 'at /proc/x');
      const deidentify = ['dicom', 'deidentify', fixture('dicom/one'), '--output', '/proc/x'];
      await refuses([...deidentify, '--key', 'left.json'], 'at /proc/x');
      expect(readdirSync(root).filter(name => name.includes('left.json'))).toEqual([]);
      await refuses(['convert', 'scan.nii.gz', '/proc/scan.nii'], 'at /proc/scan.nii');
      const predict = ['predict', '--model', model, '--input', 'scan.nii.gz', '--output', '/proc/x'];
      await refuses(predict, /^nothing can be made here/, 'at /proc/x');
    },
  );

  it('where a file is in the way of a folder, or a folder in that of a file', async () => {
    await refuses(['cohort', 'file/inner'], `at ${at('file')}`);
    await refuses(['serve', '--model', model, '--spool', 'file', '--port', '0'], `at ${at('file')}`);
    mkdirSync(at('folder.zip'));
    await refuses(['export', model, '--output', 'folder.zip', '--force'], `at ${at('folder.zip')}`);
    expect(existsSync(at('folder.zip'))).toBe(true);
  });

  it('where what is named is missing', async () => {
    writeFileSync(at('no-key.json'), '{"innereye_identity_key":1,"studies":{},"uids":{},"secret":""}');
    await refuses(
      ['dicom', 'reidentify', 'missing.dcm', '--key', 'no-key.json', '--output', 'out.dcm'],
      `at ${at('missing.dcm')}`,
    );
    await refuses(
      ['dicom', 'reidentify', '.', '--key', 'no-key.json', '--output', 'out.dcm'],
      /a folder, not a file/,
    );
  });
});
