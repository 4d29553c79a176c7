import type { Progress } from './checkpoint.ts';

/** Steps without overflow after which the scale is doubled (PyTorch's GradScaler). */
const GROWTH_INTERVAL = 2000;

/** The scale of a float16 loss after a step: halved when the gradient overflowed, doubled after a long time without. */
export function nextLossScale(
  { lossScale, stepsSinceOverflow }: Progress,
  gradientNorm: number,
): Pick<Progress, 'lossScale' | 'stepsSinceOverflow'> {
  if (!Number.isFinite(gradientNorm)) return { lossScale: Math.max(1, lossScale / 2), stepsSinceOverflow: 0 };
  if (stepsSinceOverflow + 1 < GROWTH_INTERVAL)
    return { lossScale, stepsSinceOverflow: stepsSinceOverflow + 1 };
  return { lossScale: lossScale * 2, stepsSinceOverflow: 0 };
}
