import { realpath, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ScalarConfiguration } from '../config/schema/configuration.ts';
import { tellsClasses } from '../config/tells-classes.ts';
import type { LoadedSubject, Subject } from '../dataset/dataset.ts';
import { loadSubject } from '../dataset/load-subject.ts';
import { imageSettings } from '../dataset/scalar/image-settings.ts';
import type { ScalarRow } from '../evaluation/scalar/row.ts';
import { Fault, Faults } from '../foundation/fault.ts';
import { loadInput } from '../runs/load-input.ts';
import { type ScalarPredictingModel, thresholdsOf } from '../runs/scalar/scalar-model.ts';
import { type TableAnswers, TablePredictor } from '../runs/scalar/table-predictor.ts';
import { activationOf } from '../training/losses/scalar-loss.ts';
import { readHeader } from '../volume/read.ts';
import type { Answerer } from './answerer.ts';
import { onThisMachine } from './on-this-machine.ts';
import { requireSize } from './scan-size.ts';
import { type SentTable, sentTable } from './sent-table.ts';
import { whatIsWrong } from './what-is-wrong.ts';

/** Answers with what a classification, regression or sequence model tells of subjects. @param name `NAME:VERSION` */
export async function tellingAnswerer(name: string, model: ScalarPredictingModel): Promise<Answerer> {
  const members = model.members.map(member => ({ ...member, settings: onThisMachine(member.settings) }));
  const predictor = await TablePredictor.open({ ...model, members });
  const { settings } = members[0]!;
  const preparations = members.map(({ settings: { preprocessing } }) => preprocessing);
  const decide = decisions(model);
  return {
    formats: ['json'],
    async answer(task) {
      const table = await sentTable(task, settings);
      const answers = await predictor.answer(
        ({ dataset }) => ({ ...dataset, path: table.folder, csv: table.csv }),
        {
          signal: new AbortController().signal,
          load: async subject => {
            for (const { file } of subject.images) {
              await requireInside(file, task.folder, subject.id);
              requireSize(await readHeader(file, { series: task.series }), preparations, task.unpacked);
            }
            return read(subject, table, settings, task.series);
          },
        },
      );
      requireAny(answers);
      const file = join(task.folder, 'told.json');
      await writeFile(file, JSON.stringify(told(name, settings, answers, decide)), { mode: 0o600 });
      return file;
    },
  };
}

/** A scan of a table; one that was sent alone may be a series of several. */
async function read(
  subject: Subject,
  { scan }: SentTable,
  { dataset }: ScalarConfiguration,
  series: string | undefined,
): Promise<LoadedSubject> {
  if (scan === undefined) return loadSubject(subject, imageSettings(dataset));
  const { id, images } = subject;
  return (await loadInput({ id, images, found: false }, dataset.channels, series))!;
}

/**
 * Makes sure that a scan is one of those that were sent: a csv may name any file of this machine.
 * @throws Fault where it is not
 */
async function requireInside(file: string, folder: string, subject: string): Promise<void> {
  const inside = await realpath(folder);
  const path = await realpath(file.split('|')[0]!).catch(() => undefined);
  if (path?.startsWith(`${inside}${sep}`)) return;
  throw new Fault('the table names a scan that was not sent with it', {
    place: { subject },
    remedy: 'Put it into the archive, and write its path from the table.',
  });
}

/** @throws Faults where nothing could be told. */
function requireAny({ rows, failures }: TableAnswers): void {
  if (rows.length > 0 || failures.length === 0) return;
  throw new Faults('nothing can be told', failures.slice(0, MOST_FAULTS));
}

/** Of those that a refusal tells. */
const MOST_FAULTS = 20;

type Decision = Readonly<{ threshold?: number; told?: boolean }>;

/** What follows of a row, given all of its subject's visit. */
function decisions(model: ScalarPredictingModel): (row: ScalarRow, visit: readonly ScalarRow[]) => Decision {
  const { settings } = model.members[0]!;
  if (!tellsClasses(settings)) return () => ({});
  const thresholds = thresholdsOf(model);
  const exclusive = activationOf(settings) === 'softmax';
  return (row, visit) => {
    const threshold = thresholds.get(row.target) ?? 0.5;
    const isLargest = visit.every(({ output }) => output <= row.output);
    return { threshold, told: exclusive ? isLargest : row.output >= threshold };
  };
}

function told(
  model: string,
  { task }: ScalarConfiguration,
  { rows, failures }: TableAnswers,
  decide: ReturnType<typeof decisions>,
): object {
  const keyOf = ({ subject, position }: ScalarRow) => JSON.stringify([subject, position]);
  const visits = new Map<string, ScalarRow[]>();
  for (const row of rows) visits.set(keyOf(row), [...(visits.get(keyOf(row)) ?? []), row]);
  return {
    model,
    task,
    predictions: rows.map(row => ({
      subject: row.subject,
      ...(row.position !== undefined && { position: row.position }),
      target: row.target,
      output: row.output,
      ...decide(row, visits.get(keyOf(row))!),
    })),
    failed: failures.map(fault => ({
      ...(fault.place?.subject !== undefined && { subject: fault.place.subject }),
      ...(fault.place?.line !== undefined && { line: fault.place.line }),
      what: whatIsWrong(fault),
    })),
  };
}
