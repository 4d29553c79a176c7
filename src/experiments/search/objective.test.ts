import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema/configuration.ts';
import { searchSchema } from '../../config/schema/search.ts';
import { metricOf } from './objective.ts';

const search = (objective = {}) =>
  searchSchema.parse({
    parameters: { 'optimizer.learning_rate': { distribution: 'choice', values: [1] } },
    objective,
  });
const table = (task: string, targets: object) =>
  configurationSchema.parse({
    task,
    dataset: { features: { numerical: ['age'] }, targets },
    architecture: { name: 'mlp' },
  });

describe('the objective of a search', () => {
  it('is what the best checkpoint is chosen by, unless it is given', () => {
    const classes = table('classification', { column: 'ill' });
    expect(metricOf(search(), classes)).toBe('validation/area_under_roc_curve');
    expect(metricOf(search(), table('regression', { columns: ['volume'] }))).toBe('validation/r2_score');
    expect(metricOf(search({ metric: 'train/loss' }), classes)).toBe('train/loss');
  });
});
