/** What a training can be given beside its configuration. */
export interface TrainingOptions {
  readonly maxMinutes?: number;
  /** `key=value`. */
  readonly overrides?: readonly string[];
  /** `name=value`. */
  readonly tags?: readonly string[];
  /** Folds of a cross-validation; absent: a single training. */
  readonly crossValidation?: number;
  /** Folder of the run to go on with. */
  readonly resume?: string;
}

/** The arguments of `innereye train`; a run that is gone on with takes nothing else, as it goes on as it began. */
export function trainingArguments(
  configuration: string,
  outputs: string,
  { maxMinutes, overrides = [], tags = [], crossValidation, resume }: TrainingOptions = {},
): string[] {
  const common = ['train', configuration, '--output', outputs];
  if (resume !== undefined) return [...common, '--resume', resume];
  return [
    ...common,
    ...(crossValidation === undefined ? [] : ['--cross-validation', String(crossValidation)]),
    // Folds would train unequally long.
    ...(maxMinutes === undefined || crossValidation !== undefined
      ? []
      : ['--max-minutes', String(maxMinutes)]),
    ...overrides.flatMap(override => ['--set', override]),
    ...tags.flatMap(tag => ['--tag', tag]),
  ];
}

/** Whether a training does without TensorFlow: the engine need not be installed then. */
export function needsNoEngine(configurationText: string, { overrides = [] }: TrainingOptions): boolean {
  const devices = overrides.filter(override => /^training\.device=/.test(override));
  if (devices.length > 0) return /=\s*javascript$/.test(devices.at(-1)!);
  return /^[^#\n]*\bdevice:\s*["']?javascript\b/m.test(configurationText);
}
