import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../contracts/events.ts';
import { type Progress, START } from './checkpoint.ts';
import { cropSums } from './crop-sums.ts';
import { type LoopOptions, trainingLoop, type Validation } from './loop.ts';

/** A loop of two steps an epoch whose step does what it is told; what it saves, feeds and validates is kept. */
function loop(more: Partial<LoopOptions> & { scores?: number[]; loss?: number; norm?: number } = {}) {
  const { scores, loss = 1, norm = 1, ...options } = more;
  const saved: { progress: Progress; best: boolean }[] = [];
  const events: NewEvent[] = [];
  const fed: Record<string, Float32Array>[] = [];
  const validated: number[] = [];
  const batch = { feeds: { images: new Float32Array(1) }, subjects: [] };
  const run = async (feeds: Record<string, Float32Array>) => {
    fed.push(feeds);
    return { loss: Float32Array.of(loss), norm: Float32Array.of(norm), counts: new Float32Array(6) };
  };
  const validate = async (epoch: number): Promise<Validation> => {
    validated.push(epoch);
    return { score: scores?.[epoch - 1] ?? 0, metrics: {} };
  };
  const complete: LoopOptions = {
    session: {} as never,
    step: { nodes: 0, run: run as never, close: () => {} },
    batches: { stepsPerEpoch: 2, batch: async () => batch, close: async () => {} },
    optimizer: {
      state: [],
      feeds: ({ learningRate }) => ({ rate: learningRate }),
      update: (() => {}) as never,
    },
    schedule: epoch => epoch,
    epochs: 6,
    sums: cropSums(['a']),
    averageDecay: 0,
    float16: false,
    validateEvery: 1,
    checkpointEvery: 1,
    signal: new AbortController().signal,
    emit: event => events.push(event),
    validate: scores ? validate : undefined,
    // As written to a file and read again.
    saveCheckpoint: async (progress, best) => {
      saved.push({ progress: { ...START, ...JSON.parse(JSON.stringify(progress)) }, best });
    },
    ...options,
  };
  const go = (start: Progress = START) => trainingLoop(complete, start);
  return { go, saved, events, fed, validated, options: complete };
}

describe('the training loop', () => {
  it('keeps the weights of the best validation, the earlier of two alike', async () => {
    const { go, saved } = loop({ scores: [0.3, 0.7, 0.5, 0.7, 0.2, 0.6] });
    const { end, progress } = await go();
    expect(end).toBe('completed');
    expect(progress).toMatchObject({ bestScore: 0.7, bestEpoch: 2, epoch: 6, step: 12 });
    expect(saved.map(({ best }) => best)).toEqual([true, true, false, false, false, false]);
  });

  it('without anything to validate on keeps the last weights', async () => {
    const { go, saved } = loop();
    expect((await go()).progress.bestEpoch).toBe(6);
    expect(saved.map(({ best }) => best)).toEqual([false, false, false, false, false, true]);
  });

  it('passes over a validation that measured nothing', async () => {
    const { go, saved } = loop({ scores: [Number.NaN, 0.2, Number.NaN, 0.1, 0.3, 0.1] });
    expect((await go()).progress).toMatchObject({ bestScore: 0.3, bestEpoch: 5 });
    expect(saved.map(({ best }) => best)).toEqual([false, true, false, false, true, false]);
    const nothing = loop({ scores: Array(6).fill(Number.NaN) });
    expect((await nothing.go()).progress.bestEpoch).toBe(6);
  });

  it('validates every few epochs, and after the last one', async () => {
    const { go, validated } = loop({ scores: [], validateEvery: 4 });
    await go();
    expect(validated).toEqual([4, 6]);
  });

  it('writes checkpoints every few epochs, and after the last one', async () => {
    const { go, saved } = loop({ checkpointEvery: 4 });
    await go();
    expect(saved.map(({ progress }) => progress.epoch)).toEqual([4, 6]);
  });

  describe('with early stopping', () => {
    const patient = {
      scores: [0.5, 0.4, 0.4, 0.9, 0.9, 0.9],
      earlyStopping: { patience_epochs: 2, minimum_gain: 0 },
    };

    it('ends when nothing has been gained for as long', async () => {
      const { go, saved } = loop(patient);
      expect(await go()).toMatchObject({ end: 'stopped-early', progress: { epoch: 3, bestEpoch: 1 } });
      expect(saved).toHaveLength(3);
    });

    it('does not go on when it is resumed after its end', async () => {
      const first = loop(patient);
      await first.go();
      const { go, fed } = loop(patient);
      expect(await go(first.saved.at(-1)!.progress)).toMatchObject({ end: 'stopped-early' });
      expect(fed).toHaveLength(0);
    });

    it('counts gains above the smallest that matters', async () => {
      const { go } = loop({
        scores: [0.5, 0.51, 0.52, 0.53],
        earlyStopping: { patience_epochs: 2, minimum_gain: 0.1 },
      });
      expect(await go()).toMatchObject({ end: 'stopped-early', progress: { epoch: 3, bestEpoch: 3 } });
    });
  });

  it('ends with a checkpoint when it is aborted, and goes on from it as if nothing had been', async () => {
    const whole = loop({ scores: [0.1, 0.2, 0.3, 0.2, 0.1, 0] });
    const expected = await whole.go();
    const abort = new AbortController();
    const first = loop({
      scores: [0.1, 0.2, 0.3, 0.2, 0.1, 0],
      signal: abort.signal,
      emit: event => event.type === 'step' && event.step === 4 && abort.abort(),
    });
    expect((await first.go()).end).toBe('cancelled');
    const at = first.saved.at(-1)!.progress;
    expect(at).toMatchObject({ step: 5, epoch: 2 });
    const second = loop({ scores: [0.1, 0.2, 0.3, 0.2, 0.1, 0] });
    expect(await second.go(at)).toEqual(expected);
    expect(second.events.filter(({ type }) => type === 'epoch')[0]).toMatchObject({ epoch: 2, loss: 1 });
  });

  it('aborted in the middle of a validation, does that validation first when it goes on', async () => {
    const abort = new AbortController();
    const first = loop({
      scores: [],
      signal: abort.signal,
      validate: async () => {
        abort.abort(new Error('stopped'));
        throw abort.signal.reason;
      },
    });
    expect((await first.go()).end).toBe('cancelled');
    const at = first.saved.at(-1)!;
    expect(at).toMatchObject({ best: false, progress: { step: 2, epoch: 1, validationDue: true } });
    const second = loop({ scores: [0.4, 0.3, 0.2, 0.1, 0.1, 0.1] });
    expect((await second.go(at.progress)).progress).toMatchObject({ bestEpoch: 1, bestScore: 0.4 });
    expect(second.validated[0]).toBe(1);
    expect(second.fed).toHaveLength(10);
  });

  it('fails where a validation does after a stop was asked for', async () => {
    const abort = new AbortController();
    const { go, saved } = loop({
      signal: abort.signal,
      validate: async () => {
        abort.abort();
        throw new Error('the disk is full');
      },
    });
    await expect(go()).rejects.toThrow('the disk is full');
    expect(saved).toEqual([]);
  });

  it('lets the first averages of the weights follow quickly', async () => {
    const { go, fed } = loop({ averageDecay: 0.9, epochs: 50 });
    await go();
    const decays = fed.map(feeds => feeds.averageDecay![0]!);
    expect(decays[0]).toBeCloseTo(0.1, 6);
    expect(decays[8]).toBeCloseTo(0.5, 6);
    expect(decays[99]).toBeCloseTo(0.9, 6);
  });

  it('takes the learning rate from the schedule within epochs', async () => {
    const { go, fed } = loop({ epochs: 2 });
    await go();
    expect(fed.map(feeds => feeds.rate![0])).toEqual([0, 0.5, 1, 1.5]);
  });

  it('ends in a fault where the loss is no number', async () => {
    await expect(loop({ loss: Number.NaN }).go()).rejects.toThrow(/the loss is not a number any more/);
    const { go, saved } = loop({ norm: Number.NaN });
    await expect(go()).rejects.toThrow(/the gradient is not a number any more/);
    expect(saved).toEqual([]);
  });

  it('in float16 halves the scale on overflow, and gives up where nothing is ever learned', async () => {
    const { go, fed } = loop({ float16: true, norm: Number.POSITIVE_INFINITY, epochs: 1000 });
    await expect(go()).rejects.toThrow(/not a number any more/);
    expect(fed.slice(0, 3).map(feeds => feeds.lossScale![0])).toEqual([2 ** 15, 2 ** 14, 2 ** 13]);
    // Fifteen halvings to 1, and as many hopeless steps as are borne.
    expect(fed).toHaveLength(15 + 50);
  });
});
