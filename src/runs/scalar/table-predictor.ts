import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import type { LoadedSubject, Subject } from '../../dataset/dataset.ts';
import { asOneError } from '../../dataset/reading.ts';
import { imageSettings } from '../../dataset/scalar/image-settings.ts';
import { readUnlabelled } from '../../dataset/scalar/read-scalar-dataset.ts';
import { scansOf } from '../../dataset/visits.ts';
import { tempered } from '../../evaluation/scalar/calibration.ts';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { Fault, Faults } from '../../foundation/fault.ts';
import { type PreparedHandle, prepareSubjects } from '../../pipeline/prepare-subjects.ts';
import { preprocessSubject } from '../../pipeline/preprocess.ts';
import { activationOf } from '../../training/losses/scalar-loss.ts';
import { combineOutputs } from '../ensemble/combine-outputs.ts';
import { loadScalar, type ScalarRun } from './open-scalar-run.ts';
import { predictRows, type ScanHandle } from './predict-rows.ts';
import type { ScalarPredictingModel } from './scalar-model.ts';

/** What a model says of the subjects of a table. */
export interface TableAnswers {
  readonly rows: readonly ScalarRow[];
  /** Rows of the table, or subjects, that could not be predicted, and why. */
  readonly failures: readonly Fault[];
}

export interface AnswerOptions {
  readonly signal: AbortSignal;
  /** Which subjects are asked about; default: all. */
  isWanted?(subject: Subject): boolean;
  /** Reads a scan, which is then prepared without leaving anything on the disk; default: prepared scans are kept for next time. */
  load?(scan: Subject): Promise<LoadedSubject>;
  onSubject?(id: string, index: number, total: number): void;
}

/** A trained model that is loaded and tells of the subjects of tables; an ensemble is one like any other. */
export class TablePredictor {
  private constructor(
    private readonly model: ScalarPredictingModel,
    private readonly members: readonly ScalarRun[],
  ) {}

  /** @throws Fault where there is no engine, or not the device that the model asks for. */
  static async open(model: ScalarPredictingModel): Promise<TablePredictor> {
    const members: ScalarRun[] = [];
    try {
      // One after the other: the engine of a process is opened by the first.
      for (const member of model.members) members.push(await loadScalar(member));
      return new TablePredictor(model, members);
    } catch (error) {
      for (const member of members) member.close();
      throw error;
    }
  }

  /**
   * @param tableOf where the table lies, in the words of each member's settings
   * @throws Fault where it cannot be read; what is wrong with single rows is told in the result.
   */
  async answer(
    tableOf: (settings: ScalarConfiguration) => ScalarConfiguration['dataset'],
    options: AnswerOptions,
  ): Promise<TableAnswers> {
    const of = this.members.length;
    const answers: TableAnswers[] = [];
    for (const [index, member] of this.members.entries()) {
      const onSubject = (id: string, at: number, total: number) =>
        options.onSubject?.(id, index * total + at, of * total);
      answers.push(await answersOf(member, tableOf(member.settings), { ...options, onSubject }));
    }
    return this.joined(answers);
  }

  close(): void {
    for (const member of this.members) member.close();
  }

  /** What the members say together of the subjects that all of them could predict. */
  private joined(answers: readonly TableAnswers[]): TableAnswers {
    const { combination } = this.model;
    const [first] = answers as [TableAnswers];
    if (!combination) return first;
    const known = answers.map(({ rows }) => new Set(rows.map(({ subject }) => subject)));
    const everywhere = ({ subject }: ScalarRow) => known.every(subjects => subjects.has(subject));
    const rows = combineOutputs(
      answers.map(one => one.rows.filter(everywhere)),
      combination,
      this.members.map(({ place }) => place),
      isExclusive(this.members[0]!),
    );
    const failures = answers.flatMap(one => one.failures);
    const told = new Map(failures.map(fault => [JSON.stringify([fault.message, fault.place]), fault]));
    return { rows, failures: [...told.values()] };
  }
}

const isExclusive = ({ settings }: Pick<ScalarRun, 'settings'>): boolean =>
  activationOf(settings) === 'softmax';

async function answersOf(
  run: ScalarRun,
  table: ScalarConfiguration['dataset'],
  { isWanted = () => true, ...options }: AnswerOptions,
): Promise<TableAnswers> {
  const { dataset, faults } = await readUnlabelled(table);
  const subjects = dataset.subjects.filter(isWanted);
  if (dataset.subjects.length === 0 && faults.length > 0) {
    throw asOneError('none of the subjects can be predicted', faults);
  }
  if (subjects.length === 0) {
    throw new Fault('there is no subject to predict', {
      place: { file: dataset.folder },
      remedy: 'Leave --split out, or name another table.',
    });
  }
  const { rows, failures } = await predictEach(run, subjects, options);
  return { rows: finalRows(run, rows), failures: [...faults, ...failures] };
}

/** One subject after the other; one that cannot be predicted does not keep the others from it. */
async function predictEach(
  run: ScalarRun,
  subjects: readonly Subject[],
  { signal, onSubject, load }: Omit<AnswerOptions, 'isWanted'>,
): Promise<{ rows: ScalarRow[]; failures: Fault[] }> {
  const rows: ScalarRow[] = [];
  const failures: Fault[] = [];
  for (const [index, subject] of subjects.entries()) {
    signal.throwIfAborted();
    onSubject?.(subject.id, index, subjects.length);
    try {
      const handles = load
        ? scansOnce(run, subject, load)
        : await prepareScans(run.settings, [subject], signal);
      rows.push(...(await predictRows(subject, { ...run, ...run.sizes, handles })));
    } catch (error) {
      if (error instanceof Faults) failures.push(...error.faults);
      else if (error instanceof Fault) failures.push(error);
      else throw error;
    }
  }
  return { rows, failures };
}

/** The scans of a subject, by their names, prepared when the network is given them. */
function scansOnce(
  { settings: { preprocessing, dataset }, plugins: { findTransform } }: ScalarRun,
  subject: Subject,
  load: NonNullable<AnswerOptions['load']>,
): Map<string, ScanHandle> {
  return new Map(
    scansOf([subject]).map(scan => [
      scan.id,
      {
        load: async () =>
          preprocessSubject(await load(scan), preprocessing, dataset.channels, { findTransform }),
      },
    ]),
  );
}

/** Prepares the scans of subjects, by their names. */
export async function prepareScans(
  settings: ScalarConfiguration,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<Map<string, PreparedHandle>> {
  if (settings.dataset.channels.length === 0) return new Map();
  const { preprocessing, plugins, dataset } = settings;
  const handles = await prepareSubjects(
    scansOf(subjects),
    { dataset: imageSettings(dataset), preprocessing },
    { signal, plugins },
  );
  return new Map(handles.map(handle => [handle.id, handle]));
}

/** Posteriors as the run's calibration makes them. */
function finalRows(run: ScalarRun, rows: readonly ScalarRow[]): readonly ScalarRow[] {
  if (run.scoring === undefined || run.scoring.temperature === 1) return rows;
  return tempered(rows, run.scoring.temperature, isExclusive(run));
}
