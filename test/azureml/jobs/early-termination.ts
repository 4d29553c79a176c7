/** A policy as a sweep's body has it. */
export interface Policy {
  readonly policyType: 'Bandit' | 'MedianStopping' | 'TruncationSelection';
  readonly evaluationInterval?: number | null;
  readonly delayEvaluation?: number | null;
  readonly slackAmount?: number | null;
  readonly slackFactor?: number | null;
  readonly truncationPercentage?: number | null;
}

/** Values of the primary metric of one trial in the order in which they were logged. */
export type Curve = readonly number[];

/**
 * Whether a trial is to be ended, asked each time it has logged the primary metric. A policy is applied at every
 * `evaluationInterval`th value and not before `delayEvaluation` of them:
 * https://learn.microsoft.com/azure/machine-learning/how-to-tune-hyperparameters#early-termination
 */
export function isToEnd(
  policy: Policy,
  goal: 'Minimize' | 'Maximize',
  curve: Curve,
  others: readonly Curve[],
): boolean {
  const interval = policy.evaluationInterval || 1;
  const at = curve.length;
  if (at === 0 || at % interval !== 0 || at < (policy.delayEvaluation ?? 0)) return false;
  const sign = goal === 'Maximize' ? 1 : -1;
  const best = (values: Curve): number => Math.max(...values.map(value => sign * value));
  const own = best(curve);
  const all = [curve, ...others].map(other => other.slice(0, at)).filter(other => other.length > 0);
  if (policy.policyType === 'Bandit') return own < bound(policy, sign, Math.max(...all.map(best)));
  if (policy.policyType === 'MedianStopping') return own < sign * median(all.map(mean)) && all.length > 1;
  const ranked = all.map(best).sort((a, b) => a - b);
  const cut = Math.floor((ranked.length * (policy.truncationPercentage ?? 0)) / 100);
  return cut > 0 && own <= ranked[cut - 1]!;
}

/** The worst value, larger being better, that a bandit lets go on beside the best. */
function bound({ slackAmount, slackFactor }: Policy, sign: number, best: number): number {
  if (slackAmount) return best - slackAmount;
  const factor = 1 + (slackFactor ?? 0);
  // Of a metric to be maximised the ratio divides, of one to be minimised it multiplies.
  return sign > 0 ? best / factor : best * factor;
}

const mean = (values: Curve): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
