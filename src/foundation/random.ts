/**
 * Random numbers that depend on what they are for, never on the order in which they are asked for: a generator is
 * made from a key such as (seed, purpose, epoch, subject, crop), so worker threads cannot change a result.
 *
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) counts through the stream;
 * the key comes from a hash (FNV-1a, twice) of the parts.
 */
export class Random {
  private readonly key: readonly [number, number];
  private counter = 0;
  private block: Uint32Array = new Uint32Array(4);
  private used = 4;
  private spare: number | undefined;

  constructor(...parts: readonly (string | number)[]) {
    const text = parts.map(part => `${typeof part === 'number' ? 'n' : 's'}${part}`).join('\u0000');
    this.key = [fnv1a(text, 0x811c9dc5), fnv1a(text, 0x9747b28c)];
  }

  /** A whole number, uniform in [0, 2³²). */
  uint32(): number {
    if (this.used === 4) {
      this.block = philox4x32([this.counter >>> 0, Math.floor(this.counter / 2 ** 32), 0, 0], this.key);
      this.counter++;
      this.used = 0;
    }
    return this.block[this.used++]!;
  }

  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number, uniform in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** The whole numbers 0 … count − 1 in random order (Fisher–Yates). */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    return order;
  }
}

function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

/** High and low word of a 32 × 32 bit product. */
function multiply(a: number, b: number): [high: number, low: number] {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  const high = aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000);
  return [high >>> 0, Math.imul(a, b) >>> 0];
}

/** One block of Philox4x32-10: four random words from a counter and a key. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): Uint32Array {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiply(0xd2511f53, c0);
    const [high1, low1] = multiply(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return Uint32Array.of(c0, c1, c2, c3);
}
