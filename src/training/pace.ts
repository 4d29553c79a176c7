/** What was measured before training began. */
export interface Pace {
  readonly millisecondsPerStep: number;
  /** Of one validation on all its subjects; 0 where there is none. */
  readonly millisecondsPerValidation: number;
}

/** Share of the time that validations may take where the configuration leaves their number open. */
const VALIDATION_SHARE = 0.1;
/** Kept for checkpoints and for steps that turn out slower than those measured. */
const RESERVE = 0.03;

/** Epochs between two validations so that they take at most a tenth of the time. */
export function validationInterval(pace: Pace, stepsPerEpoch: number): number {
  const epoch = pace.millisecondsPerStep * stepsPerEpoch;
  return Math.max(
    1,
    Math.ceil((pace.millisecondsPerValidation * (1 - VALIDATION_SHARE)) / (VALIDATION_SHARE * epoch)),
  );
}

/**
 * Epochs that fit into a time. The number is fixed before the first step and kept with the run, since the learning rate
 * depends on it: the run repeats exactly, even where the machine is slower next time.
 * @param validateEvery 0: as `validationInterval`.
 */
export function planEpochs(
  pace: Pace,
  options: { minutes: number; spentMilliseconds: number; stepsPerEpoch: number; validateEvery: number },
): { epochs: number; validateEvery: number } {
  const { minutes, spentMilliseconds, stepsPerEpoch } = options;
  const validateEvery = options.validateEvery || validationInterval(pace, stepsPerEpoch);
  const available = (minutes * 60_000 - spentMilliseconds) * (1 - RESERVE);
  const duration = (epochs: number) =>
    epochs * stepsPerEpoch * pace.millisecondsPerStep +
    Math.ceil(epochs / validateEvery) * pace.millisecondsPerValidation;
  let epochs = 1;
  while (duration(epochs + 1) <= available) epochs++;
  return { epochs, validateEvery: Math.min(validateEvery, epochs) };
}
