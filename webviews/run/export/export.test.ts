import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartsOf } from '../curves/charts.ts';
import { LineMaker } from '../curves/lines.ts';
import { marksOf } from '../curves/marks.ts';
import { pictureOf } from '../curves/picture.ts';
import { formatDuration, formatNumber } from '../format.ts';
import { RunStore } from '../store/run-store.ts';
import { epochRows } from '../views/epoch-rows.ts';
import { progressOf } from '../views/progress.ts';
import { csvOf } from './csv.ts';
import { svgOf } from './svg.ts';
import { ticksOf } from './ticks.ts';

const theme = {
  foreground: '#111',
  muted: '#777',
  background: '#fff',
  border: '#ccc',
  focus: '#00f',
  warning: '#fa0',
  error: '#f00',
  charts: ['#0000ff', '#ff8800'],
  font: 'sans',
  highContrast: false,
};

/** Three of four epochs of two steps, the second the best, the third without a loss. */
function smallStore(): RunStore {
  const lines: object[] = [{ type: 'started', epochs: 4, stepsPerEpoch: 2 }];
  for (let epoch = 0; epoch < 3; epoch++) {
    for (const step of [2 * epoch, 2 * epoch + 1]) {
      const loss = epoch === 2 ? null : 1 / (step + 1);
      lines.push({ type: 'step', epoch, step, loss, learningRate: 0.1, gradientNorm: 1, milliseconds: 1000 });
    }
    const step = 2 * epoch + 2;
    lines.push({ type: 'epoch', epoch, step, loss: 0.5, learningRate: 0.1, seconds: 2, waiting: 0 });
    for (const name of ['Dice/AverageAcrossStructures', 'Dice/<liver>']) {
      lines.push({ type: 'metric', epoch, step, split: 'validation', name, value: 0.1 * epoch });
    }
    const path = `validation/epoch_00${epoch + 1}/a/segmentation.nii.gz`;
    lines.push({ type: 'image', epoch, step, split: 'validation', subject: 'a', kind: 'prediction', path });
    lines.push({ type: 'checkpoint', epoch: epoch + 1, step, path: 'c', best: epoch < 2 });
  }
  const text = lines.map((event, sequence) => {
    const time = new Date(Date.UTC(2026, 2, 1) + ('step' in event ? Number(event.step) * 1000 : 0));
    return `${JSON.stringify({ sequence, time: time.toISOString(), ...event })}\n`;
  });
  const store = new RunStore();
  store.append(0, new TextEncoder().encode(text.join('')));
  return store;
}

describe('exports of a chart', () => {
  const store = smallStore();
  const runs = [{ folder: '/r', name: 'a "run"', store, colour: 0 }];
  const options = { hidden: new Set<string>(), axis: 'epoch', smoothing: 4 } as const;

  it('are, as csv, every value that was measured, whatever is smoothed', () => {
    const loss = chartsOf([store])[0]!;
    const rows: Record<string, string>[] = parse(csvOf(new LineMaker().linesOf(loss, runs, options)), {
      columns: true,
    });
    expect(rows.filter(({ series }) => series === 'step')).toEqual(
      [1, 0.5, 1 / 3, 0.25, '', ''].map((value, index) => ({
        run: 'a "run"',
        series: 'step',
        steps: String(index + 1),
        epochs: String((index + 1) / 2),
        seconds: index.toFixed(3),
        value: String(value),
      })),
    );
  });

  it('are, as svg, well-formed, with the curves’ points and what happened', () => {
    const dice = chartsOf([store]).find(({ id }) => id === 'validation/Dice')!;
    const lines = new LineMaker().linesOf(dice, runs, options);
    const view = { from: 0, to: 4 };
    const picture = pictureOf(dice, lines, marksOf(store, 'epoch'), {
      view,
      pixels: 500,
      logarithmic: false,
    });
    const svg = svgOf(dice, picture, { width: 600, height: 300, axis: 'epoch', theme });
    expect(svg).toContain('&lt;liver&gt;');
    expect(svg).not.toContain('<liver>');
    expect(svg).toContain('best checkpoint');
    // Two curves of three points each, in a box from 70 to 576.
    const path = /<path d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+L([\d.]+) /.exec(svg)!;
    expect(path.slice(1).map(Number)).toEqual([1, 2, 3].map(epoch => 70 + (epoch / 4) * 506));
    expect(svg.match(/<path /g)).toHaveLength(2);
  });
});

describe('the lines of a chart', () => {
  it('are drawn once, faint below the mean of their epoch, and twice where they are smoothed', () => {
    const store = smallStore();
    const runs = [{ folder: '/r', name: 'a', store, colour: 0 }];
    const loss = chartsOf([store])[0]!;
    const view = { from: 0, to: 6 };
    const strokes = (smoothing: number) => {
      const lines = new LineMaker().linesOf(loss, runs, { hidden: new Set(), axis: 'step', smoothing });
      return pictureOf(loss, lines, [], { view, pixels: 500, logarithmic: false }).strokes.map(
        ({ line, opacity }) => [line.series.name, opacity],
      );
    };
    const mean = ['epoch mean', 1];
    expect(strokes(1)).toEqual([['step', 0.4], mean]);
    expect(strokes(10)).toEqual([['step', 0.25], ['step', 1], mean]);
  });
});

describe('the list of epochs', () => {
  it('has loss, metrics, the best checkpoint and the predicted volumes of each', () => {
    const { rows, metrics } = epochRows(smallStore());
    expect(metrics).toEqual(['mean', '<liver>']);
    expect(rows.map(({ epoch, checkpoint }) => [epoch, checkpoint])).toEqual([
      [1, 'kept'],
      [2, 'best'],
      [3, 'kept'],
    ]);
    expect(rows[1]!.values.get('mean')).toBe(0.1);
    expect(rows[2]!.images.map(({ path }) => path)).toEqual(['validation/epoch_003/a/segmentation.nii.gz']);
  });
});

describe('the progress of a run', () => {
  it('says where it is and how long it will take at its pace', () => {
    const now = new Date(Date.UTC(2026, 2, 1) + 6500);
    // Six of eight steps at a second each, half a second ago.
    expect(progressOf(smallStore(), now)).toMatchObject({
      epoch: 4,
      share: 0.75,
      remaining: 1.5,
      elapsed: 6.5,
    });
  });

  it('knows no remaining time of a run that is not at work', () => {
    expect(progressOf(smallStore()).remaining).toBeUndefined();
  });
});

describe('ticks', () => {
  it('are round, in order, and within the axis', () => {
    expect(ticksOf(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksOf(0.002, 30, 5, true)).toEqual([0.01, 0.1, 1, 10]);
    const size = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), size, (from, width) => {
        const ticks = ticksOf(from, from + width, 6);
        expect(ticks.length).toBeLessThan(14);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(from - width * 1e-6);
          expect(tick).toBeLessThanOrEqual(from + width * (1 + 1e-6));
        }
      }),
    );
  });
});

describe('numbers and times', () => {
  it('are written short', () => {
    expect([0.879927, 1234.5, 0.0000321, 0, Number.NaN, 12.3456].map(formatNumber)).toEqual([
      '0.8799',
      '1,235',
      '3.21e-5',
      '0',
      '–',
      '12.35',
    ]);
    expect([5, 725, 3723, 180_120].map(formatDuration)).toEqual(['0:05', '12:05', '1:02:03', '2 d 02:02']);
  });
});
