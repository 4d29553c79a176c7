import type { SegmentationConfiguration } from '../../config/schema/configuration.ts';
import type { EnsembleMethod } from '../../contracts/ensemble.ts';
import type { LoadedSubject, Subject } from '../../dataset/dataset.ts';
import { loadSubject } from '../../dataset/load-subject.ts';
import { countOverlaps, dice } from '../../evaluation/overlap.ts';
import { type Combination, combinePosteriors } from '../../inference/combine-posteriors.ts';
import { largestComponent } from '../../inference/postprocessing/largest-component.ts';
import { mostProbableClass } from '../../inference/postprocessing/most-probable-class.ts';
import { spacingOf } from '../../volume/volume.ts';
import { openRunModel } from '../predicting-model.ts';
import { structureNames } from '../run-settings.ts';
import { Segmenter } from '../segmenter.ts';
import { type Candidate, membersOf, unseenBy } from './candidates.ts';

export interface ScoringOptions {
  readonly method: EnsembleMethod;
  /** Of the candidates, for `weighted`. */
  readonly weights?: readonly number[] | undefined;
  readonly signal: AbortSignal;
  onSubject?(done: number, total: number): void;
}

/** Dice of a subset's members for each structure, subject by subject; NaN where a structure is absent. */
export interface SubsetScore {
  readonly subset: readonly Candidate[];
  /** `[structure][subject]`, as predicted. */
  readonly plain: readonly number[][];
  /** The same with the largest part of each structure alone. */
  readonly largest: readonly number[][];
}

/**
 * Measures subsets of candidates, each subject predicted once by each candidate's network that has not trained on it.
 * @param subjects that such a network is there for in all candidates
 */
export async function scoreSubsets(
  subsets: readonly (readonly Candidate[])[],
  candidates: readonly Candidate[],
  subjects: readonly Subject[],
  settings: SegmentationConfiguration,
  options: ScoringOptions,
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
  combination: Combination,
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
