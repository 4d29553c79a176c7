import { basename } from 'node:path';
import { type RunRow, STATUS_WORDS } from '../../src/contracts/runs-table.ts';
import { durationText } from '../../src/runs/duration.ts';
import { epochsText, scoreText, waitingText } from '../../src/runs/run-row.ts';
import type { RunProgress } from './run-progress.ts';

/** How far a run is: `epoch 3/30`, or what it does beside training. */
export function progressText(row: RunRow, progress: RunProgress | undefined): string {
  if (!progress) return row.job ? waitingText(row.job) : 'starting';
  if (progress.phase) return `${progress.phase.name} ${progress.phase.done}/${progress.phase.total}`;
  return row.epochs === undefined
    ? `epoch ${progress.epoch + 1}`
    : `epoch ${Math.min(progress.epoch + 1, row.epochs)}/${row.epochs}`;
}

/** What stands behind a run's name in the tree. */
export function descriptionOf(row: RunRow, progress?: RunProgress): string {
  const parts = [
    row.job && 'AzureML',
    row.status === 'running' ? progressText(row, progress) : undefined,
    row.score && scoreText(row.score),
    row.seconds === undefined ? undefined : durationText(row.seconds),
    ...tagTexts(row),
    row.note ? firstLine(row.note) : undefined,
  ];
  return parts.filter(part => part !== undefined).join(' · ');
}

/** What a screen reader says of a run. */
export const spokenText = (row: RunRow, progress?: RunProgress): string =>
  [row.name, STATUS_WORDS[row.status], descriptionOf(row, progress)].filter(Boolean).join(', ');

/** Lines of the tooltip: what, and its value. */
export function factsOf(row: RunRow): [name: string, value: string][] {
  const facts: [string, string | undefined][] = [
    ['Status', STATUS_WORDS[row.status]],
    ['Started', new Date(row.startedAt).toLocaleString()],
    ['Took', row.seconds === undefined ? undefined : durationText(row.seconds)],
    ['Epochs', epochsText(row) || undefined],
    [`${row.score?.name} (${row.score?.split})`, row.score?.value.toFixed(4)],
    ['Seed', row.seed.toString()],
    ['Configuration', row.configuration],
    ['Folder', row.folder],
    ['Tags', tagTexts(row).join(', ') || undefined],
    ['Note', row.note || undefined],
    ['Job on AzureML', row.job && `${row.job.name} (${waitingText(row.job)})`],
    ['Error', row.error],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

/** A configuration's name: its file without the extension. */
export const configurationName = (file: string): string => basename(file).replace(/\.innereye\.ya?ml$/, '');

const tagTexts = ({ tags }: RunRow): string[] =>
  Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);

const firstLine = (text: string): string => text.split('\n')[0]!;
