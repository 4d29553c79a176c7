import { nearestName } from '../nearest.ts';
import { type Configuration, configurationSchema } from '../schema/configuration.ts';
import { keysOf, schemaAt } from '../schema/lookup.ts';
import type { Distribution, SearchSettings } from '../schema/search.ts';
import { formatPath, type Path, parsePath } from '../tree.ts';
import type { Check, CheckFinding } from './check.ts';

/** The search varies settings that there are, by values that they can have, and can end. */
export const search: Check = settings => {
  if (settings.search === undefined) return [];
  const { parameters, algorithm } = settings.search;
  const names = Object.keys(parameters);
  return [
    ...names.flatMap(name => checkParameter(name, parameters[name]!, settings)),
    ...namedTwice(names),
    ...(algorithm.name === 'grid' ? endless(parameters) : []),
    ...stopping(settings.search),
  ];
};

function checkParameter(name: string, distribution: Distribution, settings: Configuration): CheckFinding[] {
  const at: Path = ['search', 'parameters', name];
  const range = badRange(distribution);
  if (range !== undefined) return [error('search-range', range, 'Give the smaller number as `low`.', at)];
  const path = parsePath(name);
  const unknown = unknownSetting(path, settings);
  if (unknown !== undefined) return [unknown(at)];
  const valid = examples(distribution).flatMap(({ key, value }) => {
    const problem = problemOf(path, value, settings);
    return problem === undefined
      ? []
      : [
          error(
            'search-value',
            `\`${name}\` cannot be ${JSON.stringify(value)}: ${problem}`,
            'Draw only values that the setting can have.',
            [...at, ...key],
          ),
        ];
  });
  return valid.slice(0, 1);
}

/** A finding for a path that leads to no setting; undefined where it leads to one. */
function unknownSetting(path: Path, settings: Configuration): ((at: Path) => CheckFinding) | undefined {
  const where = (at: Path, message: string, remedy: string, suggestion?: string): CheckFinding => ({
    ...error('search-setting', message, remedy, at),
    atKey: true,
    ...(suggestion !== undefined && { suggestion }),
  });
  if (path.length === 0 || path[0] === 'search') {
    return at => where(at, `\`${formatPath(path)}\` cannot be searched`, 'Name a setting of the training.');
  }
  for (const [index, part] of path.entries()) {
    const above = path.slice(0, index);
    const owner = valueAt(settings, above);
    if (Array.isArray(owner) && !(typeof part === 'number' && part < owner.length)) {
      return at =>
        where(at, `\`${formatPath(above)}\` has no entry ${part}`, `It has ${owner.length}, counted from 0.`);
    }
    if (schemaAt(settings, path.slice(0, index + 1)) !== undefined) continue;
    const known = keysOf(schemaAt(settings, above), owner);
    const nearest = typeof part === 'string' ? nearestName(part, known) : undefined;
    const full = nearest && formatPath([...above, nearest, ...path.slice(index + 1)]);
    const remedy = full ? `Did you mean \`${full}\`?` : `There are: ${known.join(', ') || 'none'}.`;
    return at => where(at, `there is no setting \`${formatPath(path.slice(0, index + 1))}\``, remedy, full);
  }
  return undefined;
}

/** What the schema says against a value of a setting; undefined where it is fine. */
function problemOf(path: Path, value: unknown, settings: Configuration): string | undefined {
  const result = configurationSchema.safeParse(withValue(settings, path, value));
  if (result.success) return undefined;
  const [issue] = result.error.issues;
  return issue?.message.replace(/^./, first => first.toLowerCase());
}

/** A copy with a value at a path; another `name` takes the settings of the former kind away. */
function withValue(node: unknown, [part, ...rest]: Path, value: unknown): unknown {
  if (part === undefined) return value;
  const child = withValue((node as Record<string | number, unknown> | undefined)?.[part], rest, value);
  if (Array.isArray(node)) return node.map((item, index) => (index === part ? child : item));
  const others = part === 'name' && rest.length === 0 ? {} : (node as object | undefined);
  return { ...others, [part]: child };
}

/** Values that a distribution can give, with the key that says so: its ends, or all of a choice. */
function examples(distribution: Distribution): { key: Path; value: unknown }[] {
  switch (distribution.distribution) {
    case 'choice':
      return distribution.values.map((value, index) => ({ key: ['values', index], value }));
    case 'normal':
      return [{ key: ['mean'], value: distribution.mean }];
    case 'lognormal':
      return [{ key: ['mean'], value: Math.exp(distribution.mean) }];
    default:
      return [
        { key: ['low'], value: distribution.low },
        { key: ['high'], value: distribution.high },
      ];
  }
}

function badRange(distribution: Distribution): string | undefined {
  if (!('low' in distribution) || distribution.low < distribution.high) return undefined;
  return `the range from ${distribution.low} to ${distribution.high} holds nothing to choose from`;
}

/** `a[0]` and `a.0` are the same setting. */
function namedTwice(names: readonly string[]): CheckFinding[] {
  const paths = names.map(name => formatPath(parsePath(name)));
  return names
    .filter((_, index) => paths.indexOf(paths[index]!) < index)
    .map(name => ({
      ...error('search-twice', `\`${name}\` is searched twice`, 'Keep one of them.', [
        'search',
        'parameters',
        name,
      ]),
      atKey: true,
    }));
}

/** A grid goes through all values, so that there must be an end of them. */
function endless(parameters: SearchSettings['parameters']): CheckFinding[] {
  return Object.entries(parameters)
    .filter(([, { distribution }]) => !['choice', 'quniform', 'randint'].includes(distribution))
    .map(([name, { distribution }]) =>
      error(
        'search-grid',
        `a grid cannot go through all values of \`${name}\`, which is ${distribution}`,
        'Use `choice`, `quniform` or `randint`, or another algorithm.',
        ['search', 'parameters', name, 'distribution'],
      ),
    );
}

function stopping({ early_stopping }: SearchSettings): CheckFinding[] {
  if (early_stopping?.name !== 'bandit') return [];
  const { slack_factor, slack_amount } = early_stopping;
  if ((slack_factor === undefined) !== (slack_amount === undefined)) return [];
  const message = slack_factor === undefined ? 'a bandit needs a slack' : 'a bandit has one slack, not two';
  return [
    error('search-slack', message, 'Give `slack_factor` or `slack_amount`.', ['search', 'early_stopping']),
  ];
}

const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown> | undefined)?.[part],
    root,
  );

const error = (code: string, message: string, remedy: string, path: Path): CheckFinding => ({
  severity: 'error',
  code,
  message,
  remedy,
  path,
});
