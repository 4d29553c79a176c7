import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema/configuration.ts';
import type { EnsembleDescription } from '../../contracts/ensemble.ts';
import { parseTable } from '../../dataset/table.ts';
import { MICRO } from '../../evaluation/scalar/averages.ts';
import { evaluateEnsemble } from './evaluate-ensemble.ts';

const settings = configurationSchema.parse({
  task: 'sequence',
  dataset: {
    path: '/data',
    features: { numerical: ['marker'] },
    sequence: { column: 'visit', target_positions: 'all' },
    targets: { column: 'grade', kind: 'exclusive', classes: ['low', 'high'] },
  },
  architecture: { name: 'mlp', hidden: [4], recurrence: { name: 'gru', hidden: 4 } },
  evaluation: { bootstrap: 20 },
});

/** What a member says of twelve subjects at two visits. */
function outputs(sure: number): string {
  const header = 'subject,prediction_target,label,model_output,cross_validation_split_index,position';
  const rows = Array.from({ length: 12 }, (_, subject) =>
    [0, 1].flatMap(position =>
      ['low', 'high'].map((target, at) => {
        const label = Number(subject % 2 === at);
        const right = (subject + position) % 3 > 0;
        return [`s${subject}`, target, label, (label === 1) === right ? sure : 1 - sure, -1, position].join();
      }),
    ),
  );
  return [header, ...rows.flat()].join('\n');
}

describe('an ensemble of a task without structures', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-ensemble-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is measured as a training is: intervals, calibration, averages over classes, and each position of a visit', async () => {
    const members = ['one', 'two'].map((name, index) => {
      const run = join(folder, name);
      mkdirSync(join(run, 'best_validation_epoch/Test'), { recursive: true });
      writeFileSync(join(run, 'best_validation_epoch/Test/model_outputs.csv'), outputs(0.7 + index / 5));
      return { run, weight: 1 };
    });
    const description = { method: 'mean', members } as unknown as EnsembleDescription;
    const watch = { signal: new AbortController().signal, emit: () => {} };
    const [main] = await evaluateEnsemble({ folder, description, settings }, [], watch);
    expect(main!.name).toBe('area_under_roc_curve');
    const file = join(folder, 'best_validation_epoch/Test/metrics.csv');
    const { rows } = parseTable(readFileSync(file, 'utf8'), file);
    const cell = (target: string, metric: string, column: string) =>
      rows
        .find(({ cells }) => cells.get('prediction_target') === target && cells.get('metric') === metric)
        ?.cells.get(column);
    expect(Number(cell(MICRO, 'accuracy', 'value'))).toBeCloseTo(2 / 3);
    expect(cell('low', 'area_under_roc_curve', 'lower')).toMatch(/^\d/);
    expect(cell('low', 'expected_calibration_error', 'value')).toMatch(/^\d/);
    expect(cell('high Seq_pos 01', 'subject_count', 'value')).toBe('12');
  });
});
