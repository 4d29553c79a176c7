import { basename, join } from 'node:path';
import { formatResolved, hashSettings } from '../../config/format-resolved.ts';
import type { Configuration } from '../../config/schema/configuration.ts';
import type { EnsembleDescription } from '../../contracts/ensemble.ts';
import type { NewEvent, RunEvent } from '../../contracts/events.ts';
import type { Manifest } from '../../contracts/run.ts';
import type { Dataset, Split } from '../../dataset/dataset.ts';
import { loadSubjects } from '../../dataset/load-subjects.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { thisProcess } from '../../foundation/process-identity.ts';
import { isStop } from '../../foundation/stop.ts';
import { version } from '../../foundation/version.ts';
import { loadReportData } from '../../report/load-report-data.ts';
import { writeReport } from '../../report/write-report.ts';
import { writeDatasetFiles } from '../dataset-files.ts';
import { EventWriter } from '../event-writer.ts';
import { beginHeartbeat } from '../heartbeat.ts';
import { openRun, RUN_FILES, reportFile, writeManifest } from '../run-folder.ts';
import { readRunSettings } from '../run-settings.ts';
import { readSplit, settleSplit } from '../run-split.ts';
import type { EvaluationResult } from '../run-task.ts';
import { writeEnsemble } from './ensemble-folder.ts';
import { evaluateEnsemble } from './evaluate-ensemble.ts';

export interface NewEnsemble {
  /** Its folder, which is there; what an earlier attempt left in it is written anew. */
  readonly folder: string;
  readonly name: string;
  /** Folders of members absolute. */
  readonly description: EnsembleDescription;
  /** Those of a member, with the post-processing that was chosen. */
  readonly settings: Configuration;
  /** Id of the run that it is a part of. */
  readonly parent?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface EnsembleWatch {
  readonly signal: AbortSignal;
  onEvent?(event: RunEvent): void;
}

/**
 * Makes an ensemble of trained runs: a run of its own, which predicts like any other, and is evaluated on the test
 * subjects of its members. Validation subjects are not evaluated: all members but one have trained on each of them.
 * @throws Fault where the members are of different kinds, or one has trained on a test subject
 */
export async function makeEnsemble(made: NewEnsemble, watch: EnsembleWatch): Promise<Manifest> {
  const { folder, description, settings, name, parent, tags = {} } = made;
  const members = await Promise.all(description.members.map(({ run }) => openRun(run)));
  await requireSameKind(
    settings,
    members.map(({ folder: run }) => run),
  );
  const { engine, seed, configuration } = members[0]!.manifest;
  let manifest: Manifest = {
    id: basename(folder),
    name,
    task: settings.task,
    kind: 'ensemble',
    ...(parent !== undefined && { parent }),
    status: 'running',
    startedAt: new Date().toISOString(),
    process: thisProcess(),
    seed,
    configuration: { ...configuration, hash: hashSettings(settings) },
    ...(engine && { engine }),
    innereye: version,
    node: process.version,
    tags: { ...settings.tags, ...tags },
    results: {},
  };
  await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(settings));
  await writeEnsemble(folder, description);
  await writeManifest(folder, manifest);
  const events = new EventWriter(join(folder, RUN_FILES.events), watch.onEvent);
  const emit = (event: NewEvent) => events.emit(event);
  const endHeartbeat = await beginHeartbeat(folder);
  const finish = async (end: Partial<Manifest> & { status: 'completed' | 'cancelled' | 'failed' }) => {
    manifest = { ...manifest, ...end, finishedAt: new Date().toISOString() };
    emit({ type: 'finished', status: end.status });
    events.close();
    await writeManifest(folder, manifest);
  };
  try {
    const dataset = await loadSubjects(settings);
    const split = await testSplit(dataset, description);
    await settleSplit(folder, dataset, async () => split);
    await writeDatasetFiles(folder, dataset, split);
    const found = split.test.length > 0 ? await evaluateEnsemble(made, split.test, { ...watch, emit }) : [];
    for (const { name: metric, value } of found)
      emit({ type: 'result', split: 'test', name: metric, value: finite(value) });
    const results = Object.fromEntries(found.map(({ key, value }) => [`test/${key}`, finite(value)]));
    const report = await loadReportData(folder);
    await writeReport(
      { ...report, run: { ...manifest, results, status: 'completed', finishedAt: new Date().toISOString() } },
      join(folder, reportFile(manifest.task)),
    );
    await finish({ status: 'completed', results });
  } catch (error) {
    const status = isStop(error, watch.signal) ? 'cancelled' : 'failed';
    const message = error instanceof Error ? error.message : String(error);
    // The first error is the one to report.
    await finish({ status, ...(status === 'failed' && { error: message }) }).catch(() => {});
    throw error;
  } finally {
    await endHeartbeat();
  }
  return manifest;
}

const finite = (value: EvaluationResult['value']): number | null => (Number.isFinite(value) ? value : null);

/**
 * Sees to it that members agree in what they answer, or their answers could not be joined.
 * @throws Fault which names the first that differs
 */
export async function requireSameKind(settings: Configuration, members: readonly string[]): Promise<void> {
  const wanted = kindOf(settings);
  for (const folder of members) {
    const own = kindOf(await readRunSettings(folder));
    const differing = Object.keys(wanted).find(key => wanted[key] !== own[key]);
    if (differing === undefined) continue;
    throw new Fault(`the members of an ensemble must have the same ${differing}`, {
      place: { file: folder },
      remedy: `This one has ${own[differing]}, the first has ${wanted[differing]}: leave one of them out.`,
    });
  }
}

function kindOf(settings: Configuration): Record<string, string> {
  const { task } = settings;
  return settings.task === 'segmentation'
    ? {
        task,
        structures: settings.dataset.structures.map(({ name }) => name).join(', '),
        channels: settings.dataset.channels.join(', '),
      }
    : { task, targets: JSON.stringify(settings.dataset.targets) };
}

/** The test subjects of the first member. @throws Fault where a member has seen one in its training */
async function testSplit(dataset: Dataset, { members }: EnsembleDescription): Promise<Split> {
  const splits = await Promise.all(members.map(async ({ run }) => ({ run, split: await readSplit(run) })));
  const { test } = splits[0]!.split;
  for (const { run, split } of splits) {
    const seen = new Set([...split.train, ...split.validation]);
    const subject = test.find(id => seen.has(id));
    if (subject === undefined) continue;
    throw new Fault('a member has seen a subject in training that the ensemble would be tested on', {
      place: { file: run, subject, and: splits[0]!.run },
      remedy: 'Make ensembles of runs with the same test subjects, or the result would be too good.',
    });
  }
  const wanted = new Set(test);
  return { train: [], validation: [], test: dataset.subjects.filter(({ id }) => wanted.has(id)) };
}
