import type { PostprocessingStep, SegmentationConfiguration } from '../../config/schema/configuration.ts';
import type { EnsembleDescription, EnsembleMethod } from '../../contracts/ensemble.ts';
import type { LoadedSubject, Subject } from '../../dataset/dataset.ts';
import { loadSubject } from '../../dataset/load-subject.ts';
import { loadSubjects } from '../../dataset/load-subjects.ts';
import { countOverlaps, dice } from '../../evaluation/overlap.ts';
import { nanMean } from '../../evaluation/statistics.ts';
import { Fault } from '../../foundation/fault.ts';
import { combinePosteriors } from '../../inference/combine-posteriors.ts';
import { largestComponent } from '../../inference/postprocessing/largest-component.ts';
import { mostProbableClass } from '../../inference/postprocessing/most-probable-class.ts';
import { spacingOf } from '../../volume/volume.ts';
import { openRunModel } from '../predicting-model.ts';
import { structureNames } from '../run-settings.ts';
import { Segmenter } from '../segmenter.ts';
import { type Candidate, membersOf, unseenBy } from './candidates.ts';

export interface ChoiceOptions {
  readonly method: EnsembleMethod;
  readonly weights?: readonly number[] | undefined;
  readonly subset: boolean;
  readonly postprocessing: boolean;
  readonly signal: AbortSignal;
  onSubject?(done: number, total: number): void;
}

export interface Choice {
  readonly candidates: readonly Candidate[];
  /** Steps that are added to those of the configuration. */
  readonly postprocessing: readonly PostprocessingStep[];
  readonly choices: EnsembleDescription['choices'];
}

/** Up to so many candidates all subsets are tried, of more only single ones and pairs, as nnU-Net does. */
const ALL_SUBSETS = 4;

/**
 * Chooses which candidates an ensemble is made of, and of which structures it keeps the largest part alone, as nnU-Net
 * does: by the Dice of subjects that the network predicting them has not trained on. Test subjects have no say in it.
 * @throws Fault where there is no subject that all candidates have validated on
 */
export async function chooseOnValidation(
  candidates: readonly Candidate[],
  settings: SegmentationConfiguration,
  options: ChoiceOptions,
): Promise<Choice> {
  const { subjects } = await loadSubjects(settings);
  const unseen = subjects.filter(({ id }) => candidates.every(one => unseenBy(one, id) !== undefined));
  if (unseen.length === 0) {
    throw new Fault('there is no subject that all runs have validated on and none has trained on', {
      place: { file: candidates[0]!.folder, and: candidates.at(-1)!.folder },
      remedy: 'Choose among cross-validations, or runs with the same validation subjects.',
    });
  }
  const subsets = options.subset ? subsetsOf(candidates) : [candidates];
  const scores = await scoreSubsets(subsets, candidates, unseen, settings, options);
  const mean = ({ plain }: SubsetScore) => nanMean(plain.map(values => nanMean(values)));
  const best = scores.reduce((found, one) => (mean(one) > mean(found) ? one : found));
  const kept = options.postprocessing ? largestParts(best, structureNames(settings)) : undefined;
  return {
    candidates: best.subset,
    postprocessing:
      kept === undefined || kept.taken.length === 0
        ? []
        : [{ largest_component: { structures: kept.taken } }],
    choices: [
      ...(subsets.length > 1
        ? scores.map(one => ({
            what: one.subset.map(({ name }) => name).join(' + '),
            dice: finite(mean(one)),
            taken: one === best,
          }))
        : []),
      ...(kept?.choices ?? []),
    ],
  };
}

/** Dice of a subset's members for each structure, subject by subject; NaN where a structure is absent. */
interface SubsetScore {
  readonly subset: readonly Candidate[];
  /** `[structure][subject]`, as predicted. */
  readonly plain: readonly number[][];
  /** The same with the largest part of each structure alone. */
  readonly largest: readonly number[][];
}

/** Single ones first, so that of equally good subsets the smallest wins. */
function subsetsOf(candidates: readonly Candidate[]): (readonly Candidate[])[] {
  const all: Candidate[][] = [[]];
  for (const one of candidates) all.push(...all.map(set => [...set, one]));
  const most = candidates.length <= ALL_SUBSETS ? candidates.length : 2;
  return all.filter(({ length }) => length > 0 && length <= most).sort((a, b) => a.length - b.length);
}

async function scoreSubsets(
  subsets: readonly (readonly Candidate[])[],
  candidates: readonly Candidate[],
  subjects: readonly Subject[],
  settings: SegmentationConfiguration,
  options: ChoiceOptions,
): Promise<SubsetScore[]> {
  const structures = structureNames(settings);
  const scores = subsets.map(subset => ({
    subset,
    plain: structures.map((): number[] => []),
    largest: structures.map((): number[] => []),
  }));
  const networks = new Networks();
  try {
    // Subjects of the same fold one after the other, so that few networks are loaded at a time.
    const foldOf = ({ id }: Subject) => candidates.map(one => unseenBy(one, id)!.folder).join('\n');
    const ordered = subjects.toSorted((a, b) => (foldOf(a) < foldOf(b) ? -1 : foldOf(a) > foldOf(b) ? 1 : 0));
    for (const [index, subject] of ordered.entries()) {
      options.signal.throwIfAborted();
      options.onSubject?.(index, ordered.length);
      const loaded = await loadSubject(subject, settings.dataset);
      const trainings = candidates.map(one => unseenBy(one, subject.id)!.folder);
      await networks.keepOnly(trainings);
      const posteriors = new Map<Candidate, Float32Array>();
      for (const [at, training] of trainings.entries()) {
        const segmenter = await networks.open(training);
        const { posteriors: own } = await segmenter.segment(loaded, { posteriors: true });
        posteriors.set(candidates[at]!, own!);
      }
      for (const { subset, plain, largest } of scores) {
        const members = membersOf(
          subset.map(one => ({ ...one, trainings: [unseenBy(one, subject.id)!] })),
          options.method,
          options.weights && subset.map(one => options.weights![candidates.indexOf(one)]!),
        );
        measure(
          loaded,
          subset.map(one => posteriors.get(one)!),
          { method: options.method, weights: members.map(({ weight }) => weight) },
          structures,
        ).forEach((values, k) => {
          plain[k]!.push(values.plain);
          largest[k]!.push(values.largest);
        });
      }
    }
    options.onSubject?.(ordered.length, ordered.length);
    return scores;
  } finally {
    await networks.keepOnly([]);
  }
}

/** The networks that are loaded. */
class Networks {
  private readonly loaded = new Map<string, Segmenter>();

  async open(folder: string): Promise<Segmenter> {
    const found = this.loaded.get(folder);
    if (found) return found;
    const model = await openRunModel(folder);
    const made = await Segmenter.open({ ...model, settings: { ...model.settings, postprocessing: [] } });
    this.loaded.set(folder, made);
    return made;
  }

  /** Closes the others. */
  async keepOnly(folders: readonly string[]): Promise<void> {
    for (const [folder, segmenter] of this.loaded) {
      if (folders.includes(folder)) continue;
      segmenter.close();
      this.loaded.delete(folder);
    }
  }
}

/** Dice of each structure as predicted, and with its largest part alone. */
function measure(
  { labels: truth, shape, affine, drawn, mask }: LoadedSubject,
  posteriors: readonly Float32Array[],
  combination: Parameters<typeof combinePosteriors>[2],
  structures: readonly string[],
): { plain: number; largest: number }[] {
  const voxels = truth!.length;
  const labels = mostProbableClass(combinePosteriors(posteriors, voxels, combination), voxels);
  const segmentation = { labels, shape, spacing: spacingOf(affine), structures };
  const kept = largestComponent(segmentation, { structures }).labels;
  const [plain, largest] = [labels, kept].map(map =>
    countOverlaps(map, truth!, shape, structures.length, mask),
  );
  return structures.map((_, k) =>
    drawn[k] === false
      ? { plain: Number.NaN, largest: Number.NaN }
      : { plain: dice(plain![k]!), largest: dice(largest![k]!) },
  );
}

/** Structures of which the largest part alone is better on average. */
function largestParts({ plain, largest }: SubsetScore, structures: readonly string[]) {
  const compared = structures.map((structure, k) => {
    const [before, after] = [nanMean(plain[k]!), nanMean(largest[k]!)];
    return { structure, before, after, better: after > before };
  });
  return {
    taken: compared.filter(({ better }) => better).map(({ structure }) => structure),
    choices: compared.flatMap(({ structure, before, after, better }) => [
      { what: `${structure}: as predicted`, dice: finite(before), taken: !better },
      { what: `${structure}: largest part only`, dice: finite(after), taken: better },
    ]),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
