import type { PostprocessingStep, SegmentationConfiguration } from '../../config/schema/configuration.ts';
import type { EnsembleDescription } from '../../contracts/ensemble.ts';
import { loadSubjects } from '../../dataset/load-subjects.ts';
import { nanMean } from '../../evaluation/statistics.ts';
import { Fault } from '../../foundation/fault.ts';
import { structureNames } from '../run-settings.ts';
import { type Candidate, unseenBy } from './candidates.ts';
import { type ScoringOptions, type SubsetScore, scoreSubsets } from './score-subsets.ts';

export interface ChoiceOptions extends ScoringOptions {
  readonly subset: boolean;
  readonly postprocessing: boolean;
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

/** Single ones first, so that of equally good subsets the smallest wins. */
export function subsetsOf(candidates: readonly Candidate[]): (readonly Candidate[])[] {
  const most = candidates.length <= ALL_SUBSETS ? candidates.length : 2;
  const ofSize: (readonly Candidate[])[][] = [[[]]];
  for (let size = 1; size <= most; size++)
    ofSize.push(
      ofSize[size - 1]!.flatMap(set => {
        const next = set.length === 0 ? 0 : candidates.indexOf(set.at(-1)!) + 1;
        return candidates.slice(next).map(one => [...set, one]);
      }),
    );
  return ofSize.slice(1).flat();
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
