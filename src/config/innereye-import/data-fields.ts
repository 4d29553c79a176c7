import type { FieldReader } from './field-reader.ts';
import type { PythonValue } from './python-value.ts';

/** A part of a configuration as it is written; undefined members are left out. */
export type Part = Record<string, unknown>;

/** Data set, channels, structures and splits. */
export function datasetPart(fields: FieldReader): Part {
  const azureId = fields.text('azure_dataset_id');
  const datastore = fields.text('azureml_datastore') ?? 'innereyedatasets';
  const spacing = fields.numbers('dataset_expected_spacing_xyz');
  const path = fields.text('local_dataset');
  if (path === undefined) {
    fields.note('dataset.path: the settings name no folder on this computer; say where the data set lies');
  }
  fields.note(
    "dataset.splits: InnerEye splits in the code of the model's class, so check the shares, or name subjects in `ids`",
  );
  return {
    path,
    azure: azureId === undefined ? undefined : { datastore, path: `datasets/${azureId}` },
    format: 'csv',
    csv: fields.text('dataset_csv'),
    channels: fields.texts('image_channels'),
    mask: fields.text('mask_id'),
    structures: structures(fields),
    splits: { ...restriction(fields) },
    allow_incomplete_labels: fields.flag('allow_incomplete_labels'),
    allow_overlap: fields.flag('check_exclusive') === false ? true : undefined,
    expected_spacing_mm: spacing?.length === 3 ? [...spacing].reverse() : undefined,
  };
}

function structures(fields: FieldReader): Part[] | undefined {
  const names = fields.texts('ground_truth_ids');
  const displayNames = fields.texts('ground_truth_ids_display_names');
  const colours = fields.list('colours');
  const fillHoles = fields.list('fill_holes');
  const types = fields.list('roi_interpreted_types');
  return names?.map((name, index) => ({
    name,
    color: hexadecimal(colours?.[index]),
    display_name: displayNames?.[index] === name ? undefined : displayNames?.[index],
    fill_holes: fillHoles?.[index] === true ? true : undefined,
    roi_type: roiType(types?.[index]),
  }));
}

/** RGB from 0 to 255 as `#rrggbb`. */
function hexadecimal(colour: PythonValue | undefined): string | undefined {
  if (!Array.isArray(colour) || colour.length !== 3) return undefined;
  const parts = colour.map(part => Math.min(255, Math.max(0, Math.round(Number(part) || 0))));
  return `#${parts.map(part => part.toString(16).padStart(2, '0')).join('')}`;
}

function roiType(type: PythonValue | undefined): string | undefined {
  if (type === undefined) return undefined;
  const name = String(type ?? 'NONE').toUpperCase();
  return ['ORGAN', 'CTV', 'EXTERNAL'].includes(name) ? name : 'NONE';
}

/** `"20,,5"`: so many training, validation and test subjects; an empty part keeps all, `+` takes what is left over. */
function restriction(fields: FieldReader): Part {
  const text = fields.text('restrict_subjects');
  if (text === undefined) return {};
  if (text.includes('+')) {
    fields.note(
      `restrict_subjects "${text}": moving subjects between splits has no counterpart; use dataset.splits.ids`,
    );
    return {};
  }
  const parts = text.split(',').map(part => part.trim());
  const counts = parts.length === 1 ? [parts[0], parts[0], parts[0]] : parts;
  const [train, validation, test] = counts.map(part => (/^\d+$/.test(part) ? Number(part) : undefined));
  return { restrict: { train, validation, test } };
}

/** The normalisation, InnerEye's one for all channels. */
export function preprocessingPart(fields: FieldReader, channels: readonly string[]): Part[] {
  const method = fields.member('norm_method') ?? 'ctwindow';
  const level = fields.number('level');
  const window = fields.number('window');
  const output_range = fields.numbers('output_range');
  const sharpen = fields.number('sharpen');
  const tails = fields.value('tail');
  const trim_percentiles = fields.numbers('trim_percentiles');
  switch (method) {
    case 'none':
    case 'unchanged':
      return [{ normalize: { method: 'unchanged' } }];
    case 'simplenorm':
      return [{ normalize: { method: 'simple' } }];
    case 'mriwindow': {
      const step = (tail: unknown) => ({ method: 'mri-window', sharpen, tail, output_range });
      const list = Array.isArray(tails) ? tails : [tails];
      if (new Set(list).size <= 1) return [{ normalize: step(list[0]) }];
      return [
        { normalize: Object.fromEntries(channels.map((name, index) => [name, step(list[index] ?? 1)])) },
      ];
    }
    case 'trimmednorm':
      return [{ normalize: { method: 'trimmed', trim_percentiles, sharpen, output_range } }];
    case 'ctwindow':
      return [{ normalize: { method: 'ct-window', level, window, output_range } }];
    default:
      fields.note(`norm_method ${method}: unknown, so no normalisation was written`);
      return [];
  }
}

const PADDINGS: Readonly<Record<string, string>> = { linearramp: 'linear-ramp', nopadding: 'none' };

/** Crops. */
export function samplingPart(fields: FieldReader): Part {
  const padding = fields.member('padding_mode');
  return {
    crop_size: fields.numbers('crop_size'),
    class_weights: fields.numbers('class_weights'),
    padding: padding === undefined ? undefined : (PADDINGS[padding] ?? padding),
  };
}
