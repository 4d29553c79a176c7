import { join } from 'node:path';
import { tellsClasses } from '../../config/tells-classes.ts';
import type { Explanation, HeatMap } from '../../contracts/explanation.ts';
import type { SplitName, Subject, Visit } from '../../dataset/dataset.ts';
import { asOneError } from '../../dataset/reading.ts';
import { targetNames } from '../../dataset/scalar/parse-target.ts';
import { readUnlabelled } from '../../dataset/scalar/read-scalar-dataset.ts';
import { scanName, visitsOf } from '../../dataset/visits.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { describeFault, Fault, Faults } from '../../foundation/fault.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { requireEmpty } from '../../foundation/overwriting.ts';
import { GradCam } from '../../inference/grad-cam.ts';
import type { SubjectInput } from '../../inference/scalar-predictor.ts';
import type { PreparedHandle } from '../../pipeline/prepare-subjects.ts';
import { LAST } from '../../training/learned.ts';
import { writeNifti } from '../../volume/formats/nifti-write.ts';
import { voxelCount } from '../../volume/volume.ts';
import { subjectsOfSplit } from '../dataset-files.ts';
import { openRun } from '../run-folder.ts';
import { refuseInTraining } from '../training-files.ts';
import { featureImportance, formatImportance } from './feature-importance.ts';
import { heatMapVolume } from './heat-map.ts';
import { openScalarRun, type ScalarRun } from './open-scalar-run.ts';
import { inputOfSubject, rowsOf } from './predict-rows.ts';
import { datasetAt } from './predict-table.ts';
import { slotsOf } from './table-facts.ts';
import { prepareScans } from './table-predictor.ts';

const IMPORTANCE_FILE = 'feature_importance.csv';

export interface ExplainOptions {
  /** A csv, or the folder of a data set; default: the run's own. */
  readonly input?: string | undefined;
  /** Default, for the run's own data set: test. */
  readonly split?: SplitName | undefined;
  /** Only these get maps; default: all of the split. */
  readonly subjects?: readonly string[] | undefined;
  readonly output: string;
  readonly signal: AbortSignal;
  onSubject?(id: string, index: number, total: number): void;
}

/**
 * Says what a classification, regression or sequence run goes by: a map a subject and target of where in the scan it looked
 * (`<subject>/gradcam_<target>.nii.gz`, on the scan's grid, 1 at its highest), and how much each column of the table matters
 * (`feature_importance.csv`).
 * @returns what was written, and what is wrong with single subjects.
 * @throws Fault where the run or its data set cannot be read, or nothing can be said of any subject.
 */
export async function explainRun(runFolder: string, options: ExplainOptions): Promise<Explanation> {
  const run = await openRun(runFolder);
  await refuseInTraining(join(options.output, IMPORTANCE_FILE));
  // What another table says of a model must not replace what the run's own says.
  if (options.input !== undefined) await requireEmpty(options.output);
  const opened = await openScalarRun(run);
  try {
    const { dataset, faults } = await readUnlabelled((await datasetAt(options.input))(opened.settings));
    const split = options.split ?? (options.input === undefined ? 'test' : undefined);
    const inSplit = split && (await subjectsOfSplit(run.folder, split));
    const subjects = dataset.subjects.filter(({ id }) => inSplit?.has(id) ?? true);
    const ofRows = faults.filter(({ place }) => !inSplit || inSplit.has(place?.subject ?? ''));
    const unknown = options.subjects?.find(id => !subjects.some(subject => subject.id === id));
    const causes = ofRows.filter(({ place }) => unknown === undefined || place?.subject === unknown);
    if ((subjects.length === 0 || unknown !== undefined) && causes.length > 0)
      throw asOneError('the subjects cannot be explained', causes);
    if (subjects.length === 0 || unknown !== undefined) {
      throw new Fault(
        unknown === undefined ? 'there is no subject to explain' : `there is no subject "${unknown}"`,
        {
          place: { file: dataset.folder },
          remedy: 'Name another --split, or a table with --input.',
        },
      );
    }
    const isWanted = ({ id }: Subject) => options.subjects?.includes(id) ?? true;
    const { features } = opened.model.uses;
    // Columns are shuffled among all subjects; where there are none, only those that get maps are read.
    const read = features ? subjects : subjects.filter(isWanted);
    const { handles, inputs, failures } = await readAll(opened, read, options.signal);
    if (inputs.length === 0) throw asOneError('none of the subjects can be explained', failures);
    const lack = features ? lackOfLabels(inputs, dataset.folder) : undefined;
    // Where a network looks can be said without labels.
    if (lack && !opened.model.featureMap) throw lack;
    await makeFolder(options.output);
    const importance = features && !lack ? await writeImportance(opened, inputs, options) : undefined;
    const wanted = inputs.filter(({ subject }) => isWanted(subject));
    const maps = opened.model.featureMap ? await writeMaps(opened, wanted, handles, options) : [];
    const failed = [...ofRows, ...failures, ...(lack ? [lack] : [])].map(fault => ({
      ...(fault.place?.subject !== undefined && { id: fault.place.subject }),
      errors: [describeFault(fault)],
    }));
    return { maps, ...(importance && { importance }), failed };
  } finally {
    opened.close();
  }
}

/** Importance is how much worse a model gets, which takes labels. */
function lackOfLabels(inputs: readonly Known[], file: string): Fault | undefined {
  const isLabelled = ({ values }: Visit) => values.targets !== undefined;
  if (inputs.some(({ subject }) => visitsOf(subject).some(isLabelled))) return undefined;
  return new Fault('no subject has a label, and without them nothing says how much a column matters', {
    place: { file },
    remedy: 'Fill in the targets, or leave --input out to explain on the data set of the run.',
  });
}

interface Known {
  readonly subject: Subject;
  readonly input: SubjectInput;
}

/** What the network is given of each subject; one that cannot be read keeps none of the others from it. */
async function readAll(
  { settings, facts, sizes: { size } }: ScalarRun,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<{ handles: Map<string, PreparedHandle>; inputs: Known[]; failures: Fault[] }> {
  const handles = new Map<string, PreparedHandle>();
  const inputs: Known[] = [];
  const failures: Fault[] = [];
  for (const subject of subjects) {
    signal.throwIfAborted();
    try {
      for (const [name, handle] of await prepareScans(settings, [subject], signal)) handles.set(name, handle);
      inputs.push({ subject, input: await inputOfSubject(subject, { settings, facts, handles, size }) });
    } catch (error) {
      if (error instanceof Faults) failures.push(...error.faults);
      else if (error instanceof Fault) failures.push(error);
      else throw error;
    }
  }
  return { handles, inputs, failures };
}

async function writeImportance(
  run: ScalarRun,
  inputs: readonly Known[],
  { output, signal }: ExplainOptions,
): Promise<NonNullable<Explanation['importance']>> {
  const { settings } = run;
  const features = await featureImportance(run, inputs, {
    kind: tellsClasses(settings) ? 'classification' : 'regression',
    seed: settings.training.seed,
    signal,
  });
  const file = join(output, IMPORTANCE_FILE);
  await writeFileAtomically(file, formatImportance(features));
  return { file, features };
}

async function writeMaps(
  { settings, facts, model, sizes, session }: ScalarRun,
  inputs: readonly Known[],
  handles: ReadonlyMap<string, PreparedHandle>,
  { output, signal, onSubject }: ExplainOptions,
): Promise<HeatMap[]> {
  const targets = targetNames(settings.dataset.targets);
  const positions = sizes.positions ?? 1;
  const cam = new GradCam({ session, model, learned: LAST, sizes });
  const written: HeatMap[] = [];
  try {
    for (const [index, { subject, input }] of inputs.entries()) {
      signal.throwIfAborted();
      onSubject?.(subject.id, index, inputs.length);
      const slots = slotsOf(subject, facts);
      const folder = join(output, subject.id);
      await makeFolder(folder);
      for (const row of rowsOf(subject, new Float32Array(positions * targets.length), { settings, facts })) {
        const told = row.position === undefined ? 0 : row.position - (facts.visits?.first ?? 0);
        const chosen = new Float32Array(positions * targets.length);
        chosen[told * targets.length + targets.indexOf(row.target)] = 1;
        const { maps, shape } = await cam.explain(input, chosen);
        const highest = maps.reduce((most, value) => Math.max(most, value), 0);
        for (const [slot, visit] of slots.entries()) {
          if (!visit) continue;
          const length = voxelCount(shape);
          const data = maps
            .slice(slot * length, (slot + 1) * length)
            .map(value => (highest > 0 ? value / highest : 0));
          const prepared = await handles.get(scanName(subject, visit))!.load();
          const name = [
            'gradcam',
            row.target,
            ...(row.position === undefined ? [] : [`of${row.position}`, `visit${visit.position}`]),
          ];
          const file = join(folder, `${fileName(name.join('_'))}.nii.gz`);
          await writeNifti(file, heatMapVolume({ data, shape }, prepared, sizes.size!));
          written.push({
            subject: subject.id,
            target: row.target,
            ...(row.position !== undefined && { position: row.position, visit: visit.position }),
            scan: visit.images[0]!.file,
            file,
          });
        }
      }
    }
  } finally {
    cam.close();
  }
  return written;
}

const fileName = (text: string): string => text.replace(/[^\p{L}\p{N}._-]+/gu, '-');
