import { describe, expect, it } from 'vitest';
import { samplingSchema } from '../config/schema/sampling.ts';
import type { Fault } from '../foundation/fault.ts';
import { assembleBatch, type BatchRecipe } from './batch-assembly.ts';
import { preparedSubject } from './fixtures/prepared.ts';
import { withoutPlugins } from './plugin-transforms.ts';
import { censusOf } from './preparation.ts';
import type { PreparedSubject } from './subject.ts';

const subject = (id: string, drawn: readonly boolean[], masked = false): PreparedSubject => ({
  ...preparedSubject([4, 4, 4], {
    labels: (z, y, x) => (z + y + x) % 3,
    images: [(z, y, x) => 16 * z + 4 * y + x],
    ...(masked && { mask: (z: number) => Number(z > 1) }),
  }),
  id,
  drawn,
});

function recipe(subjects: readonly PreparedSubject[]): BatchRecipe {
  return {
    subjects: subjects.map(one => ({
      id: one.id,
      storage: { kind: 'memory', subject: one, census: censusOf(one) },
    })),
    sampling: samplingSchema.parse({ crop_size: [4, 4, 4], crops_per_subject: 1 }),
    augmentation: [],
    batchSize: subjects.length,
    seed: 1,
    plugins: [],
    masked: subjects.some(({ mask }) => mask !== undefined),
  };
}
const batchOf = (subjects: readonly PreparedSubject[]) =>
  assembleBatch(recipe(subjects), 0, 0, withoutPlugins);

describe('a batch', () => {
  it('counts the background as drawn only where every structure is', async () => {
    const cases: Record<string, readonly boolean[]> = {
      all: [true, true],
      first: [true, false],
      second: [false, true],
      none: [false, false],
    };
    const { feeds, crops } = await batchOf(Object.entries(cases).map(([id, of]) => subject(id, of)));
    const rows = crops.map((crop, place) => [
      crop.subject,
      [...feeds.drawn.subarray(3 * place, 3 * place + 3)],
    ]);
    expect(Object.fromEntries(rows)).toEqual({
      all: [1, 1, 1],
      first: [0, 1, 0],
      second: [0, 0, 1],
      none: [0, 0, 0],
    });
  });

  it('holds each crop at its place, and ones for the mask of subjects without', async () => {
    const { feeds, crops } = await batchOf([
      subject('bare', [true, true]),
      subject('masked', [true, true], true),
    ]);
    crops.forEach(({ subject: id, corner }, place) => {
      expect(corner).toEqual([0, 0, 0]);
      for (let i = 0; i < 64; i++) {
        const [z, y, x] = [i >> 4, (i >> 2) & 3, i & 3];
        expect(feeds.images[64 * place + i]).toBe(i);
        expect(feeds.labels[64 * place + i]).toBe((z + y + x) % 3);
        expect(feeds.mask![64 * place + i]).toBe(id === 'bare' ? 1 : Number(z > 1));
      }
    });
  });

  it('cannot be made of a subject without labels', async () => {
    const { labels: _, ...bare } = subject('bare', [false, false]);
    const error = (await batchOf([bare]).catch((caught: unknown) => caught)) as Fault;
    expect(error.message).toBe('the subject has no labels to train on');
    expect(error.place).toEqual({ subject: 'bare' });
  });
});
