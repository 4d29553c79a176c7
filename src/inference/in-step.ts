import type { TakeSlices } from './sliding-window.ts';

/** Predicts a volume and hands on its slices, waiting for what takes them. */
export type PredictSlices = (take: TakeSlices) => Promise<void>;

interface Slices {
  readonly z: number;
  readonly slices: number;
  /** `[class, slices, y, x]` */
  readonly posteriors: Float32Array;
}

/**
 * Predicts a volume with several members in step: one goes on at a time, and none runs ahead of the others by more
 * than the slices that it finishes at once, so that memory stays bounded as with one.
 * @param join gets the posteriors `[class, slices, y, x]` of all members for the same slices, in their order
 */
export async function predictInStep(
  members: readonly PredictSlices[],
  classes: number,
  join: (z: number, slices: number, posteriors: readonly Float32Array[]) => void | Promise<void>,
): Promise<void> {
  const sources = members.map(slicesOf);
  try {
    const held: (Slices | undefined)[] = members.map(() => undefined);
    for (;;) {
      for (const [index, source] of sources.entries())
        held[index] ??= (await source.next()).value ?? undefined;
      const parts = held.filter(part => part !== undefined);
      if (parts.length < members.length) return;
      const count = Math.min(...parts.map(({ slices }) => slices));
      await join(
        parts[0]!.z,
        count,
        parts.map(part => cut(part, 0, count, classes).posteriors),
      );
      for (const [index, part] of parts.entries())
        held[index] = part.slices > count ? cut(part, count, part.slices, classes) : undefined;
    }
  } finally {
    for (const source of sources) await source.return(undefined);
  }
}

function cut({ z, slices, posteriors }: Slices, from: number, to: number, classes: number): Slices {
  if (from === 0 && to === slices) return { z, slices, posteriors };
  const plane = posteriors.length / (classes * slices);
  const part = new Float32Array(classes * (to - from) * plane);
  for (let k = 0; k < classes; k++) {
    const start = k * slices * plane;
    part.set(posteriors.subarray(start + from * plane, start + to * plane), k * (to - from) * plane);
  }
  return { z: z + from, slices: to - from, posteriors: part };
}

/** Thrown into a prediction that nobody wants to go on. */
class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Turns a prediction that calls into one that is asked: it stands still until the next slices are wanted. */
async function* slicesOf(predict: PredictSlices): AsyncGenerator<Slices, undefined> {
  let arrived: Slices | undefined;
  let goOn: { resolve(): void; reject(reason: Error): void } | undefined;
  let failure: { readonly error: unknown } | undefined;
  let tell = () => {};
  const next = () =>
    new Promise<void>(resolve => {
      tell = resolve;
    });
  let something = next();
  const running = predict((z, slices, posteriors) => {
    arrived = { z, slices, posteriors };
    tell();
    return new Promise<void>((resolve, reject) => {
      goOn = { resolve, reject };
    });
  }).then(
    () => tell(),
    error => {
      failure = { error };
      tell();
    },
  );
  try {
    for (;;) {
      await something;
      if (failure) throw failure.error;
      if (!arrived) return undefined;
      yield arrived;
      arrived = undefined;
      something = next();
      goOn?.resolve();
    }
  } finally {
    goOn?.reject(new Abandoned('nobody takes further slices'));
    await running;
  }
}
