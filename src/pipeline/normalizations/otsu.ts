const BINS = 256;

/**
 * Otsu's threshold: the centre of the histogram bin that parts the values into two classes with the largest variance
 * between them (Otsu, "A threshold selection method from gray-level histograms", 1979), with 256 bins between minimum
 * and maximum as scikit-image's `threshold_otsu` has for floating point. Of equal values it is that value.
 */
export function otsuThreshold(values: Float32Array): number {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  if (!(maximum > minimum)) return minimum;
  const edge = (bin: number) => minimum + ((maximum - minimum) * bin) / BINS;
  const counts = histogram(values, minimum, maximum);
  const centre = (bin: number) => (edge(bin) + edge(bin + 1)) / 2;

  let total = 0;
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    total += counts[bin];
    sum += counts[bin] * centre(bin);
  }
  let below = 0;
  let sumBelow = 0;
  let best = 0;
  let largest = -1;
  for (let bin = 0; bin < BINS - 1; bin++) {
    below += counts[bin];
    sumBelow += counts[bin] * centre(bin);
    const above = total - below;
    const between = below * above * (sumBelow / below - (sum - sumBelow) / above) ** 2;
    if (between > largest) {
      largest = between;
      best = bin;
    }
  }
  return centre(best);
}

/** Counts in equal bins, the last of which holds the maximum. */
function histogram(values: Float32Array, minimum: number, maximum: number): Float64Array {
  const counts = new Float64Array(BINS);
  const scale = BINS / (maximum - minimum);
  for (const value of values) {
    const bin = Math.floor((value - minimum) * scale);
    counts[bin < BINS ? bin : BINS - 1]++;
  }
  return counts;
}
