import type { Part } from './data-fields.ts';
import type { FieldReader } from './field-reader.ts';
import type { PythonValue } from './python-value.ts';

/** The network. */
export function architecturePart(fields: FieldReader): Part {
  const name = fields.member('architecture') ?? 'basic';
  const features = fields.numbers('feature_channels');
  const kernel_size = fields.number('kernel_size');
  const downsamplings = fields.number('num_downsampling_paths');
  if (name === 'basic') return { name, features, kernel_size };
  if (name === 'unet3d' || name === 'unet2d') {
    return { name, features: features?.[0], levels: (downsamplings ?? 4) + 1, kernel_size };
  }
  fields.note(`architecture ${name}: has no counterpart; unet3d was written in its place`);
  return { name: 'unet3d', features: features?.[0] };
}

/** The loss, with smoothing and class weights where the kind has them. */
export function lossPart(fields: FieldReader): Part {
  const kind = fields.member('loss_type') ?? 'softdice';
  const power = fields.number('loss_class_weight_power');
  const label_smoothing = fields.number('label_smoothing_eps') || undefined;
  const gamma = fields.number('focal_loss_gamma');
  const components = fields.list('mixture_loss_components');
  const single = (name: string, class_weight_power: unknown): Part | undefined => {
    if (name === 'softdice') return { name: 'soft_dice', class_weight_power };
    if (name === 'crossentropy') return { name: 'cross_entropy', class_weight_power, label_smoothing };
    if (name === 'focal') return { name: 'focal', gamma, class_weight_power, label_smoothing };
    fields.note(`loss ${name}: has no counterpart; soft_dice was written in its place`);
    return { name: 'soft_dice', class_weight_power };
  };
  if (kind !== 'mixture') return single(kind, power) ?? {};
  const parts = (components ?? []).map(component => {
    const { weight, loss_type, class_weight_power } = member(component, [
      'weight',
      'loss_type',
      'class_weight_power',
    ]);
    const name = String(loss_type).toLowerCase();
    return { ...single(name, class_weight_power ?? undefined), weight };
  });
  return { name: 'mixture', components: parts };
}

/** A dataclass as a map, or as the tuple of its fields. */
function member(
  value: PythonValue,
  names: readonly string[],
): Readonly<Record<string, PythonValue | undefined>> {
  if (Array.isArray(value)) return Object.fromEntries(names.map((name, index) => [name, value[index]]));
  return typeof value === 'object' && value !== null ? value : {};
}

/** The optimizer; settings of the other kinds are ignored, as InnerEye does. */
export function optimizerPart(fields: FieldReader): Part {
  const name = fields.member('optimizer_type') ?? 'adam';
  // InnerEye's own default.
  const learning_rate = fields.number('l_rate') ?? 1e-4;
  const weight_decay = fields.number('weight_decay');
  const betas = fields.numbers('adam_betas');
  const epsilon = fields.number('opt_eps');
  const momentum = fields.number('momentum');
  const decay = fields.number('rms_alpha');
  switch (name) {
    case 'sgd':
      return { name, learning_rate, momentum, nesterov: false, weight_decay };
    case 'rmsprop':
      return { name, learning_rate, decay, momentum, epsilon, weight_decay };
    case 'adam':
    case 'amsgrad':
      return { name, learning_rate, betas, epsilon, weight_decay };
    default:
      fields.note(`optimizer_type ${name}: has no counterpart; adam was written in its place`);
      return { name: 'adam', learning_rate, weight_decay };
  }
}

/** How the learning rate changes. */
export function schedulePart(fields: FieldReader): Part {
  const name = fields.member('l_rate_scheduler') ?? 'polynomial';
  const warmup =
    fields.member('l_rate_warmup') === 'linear' ? fields.number('l_rate_warmup_epochs') : undefined;
  fields.value('l_rate_warmup_epochs');
  const minimum = fields.number('min_l_rate');
  const power = fields.number('l_rate_polynomial_gamma');
  const stepFactor = fields.number('l_rate_step_gamma');
  const every_epochs = fields.number('l_rate_step_step_size');
  const milestones = fields.numbers('l_rate_multi_step_milestones');
  const multiStepFactor = fields.number('l_rate_multi_step_gamma');
  const exponentialFactor = fields.number('l_rate_exponential_gamma');
  const warmup_epochs = warmup;
  switch (name) {
    case 'cosine':
      return { name, minimum, warmup_epochs };
    case 'step':
      return { name, every_epochs, factor: stepFactor, warmup_epochs };
    case 'multistep':
      return { name: 'multi_step', milestones, factor: multiStepFactor, warmup_epochs };
    case 'exponential':
      return { name, factor: exponentialFactor, warmup_epochs };
    default:
      if (power === 1e-4) {
        fields.note(
          "l_rate_polynomial_gamma 0.0001, InnerEye's default, keeps the rate as good as constant; 0.9 is usual",
        );
      }
      return { name: 'polynomial', power, minimum, warmup_epochs };
  }
}

/** The training loop. */
export function trainingPart(fields: FieldReader): Part {
  return {
    epochs: fields.number('num_epochs'),
    batch_size: fields.number('train_batch_size'),
    precision: fields.flag('use_mixed_precision') === false ? 'float32' : undefined,
    device: fields.number('max_num_gpus') === 0 ? 'cpu' : undefined,
    loader_threads: fields.number('num_dataload_workers'),
    seed: fields.number('random_seed'),
    checkpoint_every: fields.number('autosave_every_n_val_epochs'),
  };
}
