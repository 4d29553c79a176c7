import type { Part } from './data-fields.ts';
import type { FieldReader } from './field-reader.ts';
import type { PythonValue } from './python-value.ts';

/** How volumes are predicted: InnerEye keeps the middle of each tile. */
export function inferencePart(fields: FieldReader): Part {
  const crop = fields.numbers('crop_size');
  const window = fields.numbers('test_crop_size') ?? undefined;
  const stride = fields.numbers('inference_stride_size');
  const splits = [
    ['train', fields.flag('inference_on_train_set')],
    ['validation', fields.flag('inference_on_val_set')],
    // InnerEye's default: the test set alone.
    ['test', fields.flag('inference_on_test_set') ?? true],
  ].flatMap(([name, wanted]) => (wanted === true ? [name] : []));
  return {
    window,
    overlap: overlapOf(window ?? crop, stride, fields),
    blend: 'crop',
    batch_size: fields.number('inference_batch_size'),
    splits,
  };
}

function overlapOf(window: number[] | undefined, stride: number[] | undefined, fields: FieldReader): number {
  if (window === undefined || stride === undefined) return 0;
  const shares = window.map((size, axis) => (size === 1 ? 0 : Math.max(0, 1 - stride[axis] / size)));
  const overlap = Number(Math.min(0.9, Math.max(...shares)).toFixed(4));
  if (new Set(shares.filter((_, axis) => window[axis] > 1)).size > 1) {
    fields.note(
      `inference_stride_size: overlaps differ between axes; the largest, ${overlap}, was written for all`,
    );
  }
  return overlap;
}

/** Rules from posteriors to segmentation, in InnerEye's order. */
export function postprocessingPart(fields: FieldReader): Part[] {
  const sigma_mm = fields.numbers('posterior_smoothing_mm');
  const summed = (fields.list('summed_probability_rules') ?? []).map(rule => {
    const [first, second, external] = members(rule, ['first_class', 'second_class', 'external_class']);
    return { summed_probability: { first, second, external } };
  });
  const largest = largestComponents(fields.list('largest_connected_component_foreground_classes') ?? []);
  const exclusions = (fields.list('slice_exclusion_rules') ?? []).map(rule => {
    const [higher, lower, higher_dominates] = members(rule, [
      'higher_class',
      'lower_class',
      'higher_dominates',
    ]);
    return { slice_exclusion: { lower, higher, higher_dominates } };
  });
  const disabled = fields.flag('disable_extra_postprocessing') === true;
  return [
    ...(sigma_mm === undefined ? [] : [{ smooth_posteriors: { sigma_mm } }]),
    ...summed,
    ...(disabled ? [] : [...largest, ...exclusions]),
  ];
}

/** Names, or pairs of name and threshold: one step for each threshold. */
function largestComponents(entries: readonly PythonValue[]): Part[] {
  const byThreshold = new Map<number | undefined, string[]>();
  for (const entry of entries) {
    const [name, threshold] = Array.isArray(entry) ? entry : [entry];
    const key = typeof threshold === 'number' ? threshold : undefined;
    byThreshold.set(key, [...(byThreshold.get(key) ?? []), String(name)]);
  }
  return [...byThreshold].map(([threshold, structures]) => ({
    largest_component: { structures, threshold },
  }));
}

/** Fields of a dataclass, printed with names or as a tuple. */
function members(value: PythonValue, names: readonly string[]): (PythonValue | undefined)[] {
  if (Array.isArray(value)) return names.map((_, index) => value[index]);
  return names.map(name => (typeof value === 'object' && value !== null ? value[name] : undefined));
}
