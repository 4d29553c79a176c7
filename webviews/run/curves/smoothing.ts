/**
 * Exponential moving average over about `window` values, corrected for its start so that the first average is the first
 * value (as TensorBoard does). Missing values stay missing and do not count. Values that are appended extend it.
 */
export class Smoothed {
  private averages = new Float64Array(0);
  private length = 0;
  private weighted = 0;
  private weight = 0;
  private generation = -1;
  private window = 0;

  /** The averages of `values`; `generation` says that values read before have changed. */
  of(values: Float64Array, window: number, generation: number): Float64Array {
    if (window <= 1) return values;
    if (generation !== this.generation || window !== this.window || values.length < this.length) {
      this.length = this.weighted = this.weight = 0;
      this.generation = generation;
      this.window = window;
    }
    if (this.averages.length < values.length) {
      const larger = new Float64Array(Math.max(64, values.length * 1.5));
      larger.set(this.averages.subarray(0, this.length));
      this.averages = larger;
    }
    const decay = 1 - 1 / window;
    for (; this.length < values.length; this.length++) {
      const value = values[this.length]!;
      if (!Number.isNaN(value)) {
        this.weighted = decay * this.weighted + (1 - decay) * value;
        this.weight = decay * this.weight + (1 - decay);
      }
      this.averages[this.length] = Number.isNaN(value) ? Number.NaN : this.weighted / this.weight;
    }
    return this.averages.subarray(0, this.length);
  }
}
