import { basename } from 'node:path';
import { STATUS_WORDS } from '../contracts/runs-table.ts';
import { durationText } from '../runs/duration.ts';
import { nest } from '../runs/nest-runs.ts';
import type { Run } from '../runs/run-folder.ts';
import { epochsText, rowOf, scoreText, titleOf } from '../runs/run-row.ts';
import { formatColumns } from './columns.ts';

const HEAD = ['started', 'name', 'status', 'epochs', 'duration', 'score', 'configuration', 'tags', 'folder'];

/** A table of runs for a terminal, in their order, each with those that it is made of below it. */
export function describeRuns(runs: readonly Run[]): string[] {
  const { top, childrenOf } = nest(runs);
  const ordered = top.flatMap(function withChildren(run): { run: Run; depth: number }[] {
    const below = [...childrenOf(run.folder)].sort((a, b) => a.folder.localeCompare(b.folder));
    return [
      { run, depth: 0 },
      ...below.flatMap(withChildren).map(({ run, depth }) => ({ run, depth: depth + 1 })),
    ];
  });
  const rows = ordered.map(({ run, depth }) => {
    const row = rowOf(run);
    const { startedAt, status, seconds, score, configuration, tags } = row;
    return [
      localTime(startedAt),
      `${'  '.repeat(depth)}${titleOf(row)}`,
      STATUS_WORDS[status],
      epochsText(row) || '–',
      seconds === undefined ? '–' : durationText(seconds),
      score ? scoreText(score, 4) : '–',
      basename(configuration),
      tagText(tags) || '–',
      run.folder,
    ];
  });
  return formatColumns([HEAD, ...rows], [3]);
}

/** A run in lines for a terminal. */
export function describeRun(run: Run): string[] {
  const { manifest, status, tags, note } = run;
  const { plan, engine, git, best } = manifest;
  const { seconds } = rowOf(run);
  const lines: [string, string | undefined][] = [
    ['run', manifest.id],
    ['folder', run.folder],
    ['status', STATUS_WORDS[status]],
    ['started', localTime(manifest.startedAt)],
    ['finished', manifest.finishedAt && localTime(manifest.finishedAt)],
    ['duration', seconds === undefined ? undefined : durationText(seconds)],
    ['configuration', manifest.configuration.file],
    ['set', manifest.configuration.overrides.join(' ') || undefined],
    ['seed', String(manifest.seed)],
    ['epochs', plan && `${plan.epochs} epochs of ${plan.stepsPerEpoch} steps`],
    ['engine', engine && engineText(engine)],
    ['git', git && `${git.commit}${git.dirty ? ' with changes' : ''}`],
    ['best', best && `epoch ${best.epoch}, ${best.metric} ${best.value.toFixed(4)}`],
    ...Object.entries(manifest.results).map(([name, value]): [string, string] => [
      name,
      value?.toFixed(4) ?? '–',
    ]),
    ['tags', tagText(tags) || undefined],
    ['note', note || undefined],
    ['error', manifest.error],
  ];
  return formatColumns(lines.filter((line): line is [string, string] => line[1] !== undefined));
}

type Engine = NonNullable<Run['manifest']['engine']>;

const engineText = ({ version, device, threads, precision, eager }: Engine): string =>
  [
    `TensorFlow ${version} on ${device}`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    precision,
    eager && 'op by op',
  ]
    .filter(Boolean)
    .join(', ');

const tagText = (tags: Run['tags']): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

/** `2026-11-23 20:05`, in the time zone of the computer. */
function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
