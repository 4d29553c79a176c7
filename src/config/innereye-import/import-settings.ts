import { Fault } from '../../foundation/fault.ts';
import { formatYaml } from '../format-resolved.ts';
import { datasetPart, preprocessingPart, samplingPart } from './data-fields.ts';
import { FieldReader } from './field-reader.ts';
import type { OldSettings } from './old-settings.ts';
import { inferencePart, postprocessingPart } from './result-fields.ts';
import { architecturePart, lossPart, optimizerPart, schedulePart, trainingPart } from './training-fields.ts';
import { saysNothing, withoutCounterpart } from './without-counterpart.ts';

/** An old run's settings as a configuration. */
export interface ImportedSettings {
  /** A *.innereye.yaml with what needs attention in comments at its top. */
  readonly yaml: string;
  /** What was decided on the way, a line each. */
  readonly notes: readonly string[];
  /** Settings that have no counterpart, a line each. */
  readonly left: readonly string[];
}

/**
 * Turns settings of an InnerEye segmentation model into a configuration.
 * @throws Fault where none of them is one of InnerEye's.
 */
export function importSettings(settings: OldSettings, source: string): ImportedSettings {
  const fields = new FieldReader(settings);
  const configuration = importedValue(fields);
  if (fields.rest().length === settings.size) {
    throw new Fault('the file holds no settings of an InnerEye model', {
      place: { file: source },
      remedy: settings.has('dataset')
        ? 'It is a configuration already: use it as it is.'
        : 'Give the args.txt of a run, or a dump of its settings.',
    });
  }
  const left = fields
    .rest()
    .filter(name => !saysNothing(name, fields.raw(name)))
    .map(name => withoutCounterpart(name, fields.raw(name)));
  return {
    yaml: formatYaml(configuration, header(source, fields.notes, left)),
    notes: fields.notes,
    left,
  };
}

/** The configuration that old settings make, as plain data without what they say nothing about. */
export function importedValue(fields: FieldReader): Readonly<Record<string, unknown>> {
  const dataset = datasetPart(fields);
  return compact({
    name: fields.text('model_name'),
    task: 'segmentation',
    dataset,
    preprocessing: preprocessingPart(fields, (dataset.channels as string[] | undefined) ?? []),
    sampling: samplingPart(fields),
    architecture: architecturePart(fields),
    loss: lossPart(fields),
    optimizer: optimizerPart(fields),
    schedule: schedulePart(fields),
    training: trainingPart(fields),
    inference: inferencePart(fields),
    postprocessing: postprocessingPart(fields),
  }) as Record<string, unknown>;
}

function header(source: string, notes: readonly string[], left: readonly string[]): string {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines.map(line => `- ${line}`)];
  return [
    `From the settings of an InnerEye run, ${source}.`,
    ...section('To check:', notes),
    ...section('Without a counterpart:', left),
  ]
    .map(line => (line === '' ? '' : ` ${line.replace(/[\r\n]+/g, ' ')}`))
    .join('\n');
}

/** Without what is undefined, and without maps and lists that are empty then. */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, child]) => [key, compact(child)] as const)
    .filter(([, child]) => child !== undefined && !isEmpty(child));
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
