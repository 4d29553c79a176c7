import { describe, expect, it } from 'vitest';
import { MINIMAL, resolveTexts } from '../resolve-texts.ts';

/** Codes of what is found in a search section, with the text that would mend it. */
function findings(search: string): string[] {
  const { diagnostics } = resolveTexts({ a: `${MINIMAL}search: ${search}\n` });
  return diagnostics.map(({ code, suggestion }) => (suggestion ? `${code} ${suggestion}` : code));
}
const parameter = (text: string) => findings(`{parameters: {${text}}}`);

describe('the search section', () => {
  it.each([
    '{parameters: {optimizer.learning_rate: {distribution: loguniform, low: 0.0001, high: 0.01}}}',
    '{parameters: {training.batch_size: {distribution: randint, low: 1, high: 4}}}',
    '{parameters: {architecture.name: {distribution: choice, values: [unet3d, residual_unet]}}}',
    '{parameters: {sampling.crop_size: {distribution: choice, values: [[32, 32, 32], [16, 32, 32]]}}}',
    '{parameters: {schedule.warmup_fraction: {distribution: quniform, low: 0, high: 0.2, step: 0.05}}, algorithm: {name: grid}}',
    '{parameters: {optimizer.weight_decay: {distribution: lognormal, mean: -9, deviation: 1}}, early_stopping: {name: asha}}',
    '{parameters: {loss.name: {distribution: choice, values: [soft_dice, cross_entropy]}}, early_stopping: {name: bandit, slack_factor: 0.1}}',
  ])('is sound: %s', search => expect(findings(search)).toEqual([]));

  it('must name settings, and is told the nearest', () => {
    expect(parameter('optimizer.learning_rat: {distribution: uniform, low: 0.001, high: 0.1}')).toEqual([
      'search-setting optimizer.learning_rate',
    ]);
    expect(parameter('optimiser.learning_rate: {distribution: uniform, low: 0.001, high: 0.1}')).toEqual([
      'search-setting optimizer.learning_rate',
    ]);
    expect(parameter('search.trials: {distribution: randint, low: 1, high: 4}')).toEqual(['search-setting']);
    expect(parameter('"augmentation[0].random_flip": {distribution: choice, values: [1]}')).toEqual([
      'search-setting',
    ]);
  });

  it('must give values that the setting can have', () => {
    expect(parameter('optimizer.learning_rate: {distribution: uniform, low: -1, high: 0.1}')).toEqual([
      'search-value',
    ]);
    expect(parameter('training.batch_size: {distribution: uniform, low: 1, high: 4.5}')).toEqual([
      'search-value',
    ]);
    expect(parameter('training.precision: {distribution: choice, values: [auto, double]}')).toEqual([
      'search-value',
    ]);
  });

  it('has ranges with something between their ends, and a grid values to go through', () => {
    expect(parameter('training.epochs: {distribution: randint, low: 4, high: 4}')).toEqual(['search-range']);
    const uniform = 'optimizer.learning_rate: {distribution: uniform, low: 0.1, high: 0.2}';
    expect(findings(`{parameters: {${uniform}}, algorithm: {name: grid}}`)).toEqual(['search-grid']);
    const twice = '{distribution: choice, values: [2, 4]}';
    expect(parameter(`training.epochs: ${twice}, '["training"].epochs': ${twice}`)).toEqual(['search-twice']);
  });

  it('has one slack for a bandit', () => {
    const bandit = (slack: string) =>
      findings(
        `{parameters: {training.epochs: {distribution: choice, values: [2]}}, early_stopping: {name: bandit${slack}}}`,
      );
    expect(bandit('')).toEqual(['search-slack']);
    expect(bandit(', slack_factor: 1, slack_amount: 2')).toEqual(['search-slack']);
    expect(bandit(', slack_amount: 2')).toEqual([]);
  });

  it('points at the line', () => {
    const search =
      'search:\n  parameters:\n    training.epoch:\n      distribution: choice\n      values: [1]\n';
    const { diagnostics } = resolveTexts({ a: MINIMAL + search });
    expect(diagnostics[0]!.location).toMatchObject({ line: MINIMAL.split('\n').length + 2, column: 5 });
  });
});
