/** Numbers that are appended: a typed array that doubles when it is full. Missing values are NaN. */
export class Column {
  length = 0;
  private buffer = new Float64Array(64);

  push(value: number): void {
    if (this.length === this.buffer.length) {
      const larger = new Float64Array(this.buffer.length * 2);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[this.length++] = value;
  }

  /** All values, without a copy; appending may make the view stale. */
  get values(): Float64Array {
    return this.buffer.subarray(0, this.length);
  }

  at(index: number): number {
    return index < this.length ? this.buffer[index]! : Number.NaN;
  }

  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }
}

/** The first index of ascending `values` that is not below `value`; `values.length` where there is none. */
export function lowerBound(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
