const PATTERN = /^step-(\d+)\.safetensors$/;

/** The file of the checkpoint after so many steps. */
export const checkpointName = (step: number): string => `step-${String(step).padStart(8, '0')}.safetensors`;

/** The steps after which a file of that name was written; undefined for other files. */
export function stepOfCheckpoint(name: string): number | undefined {
  const step = PATTERN.exec(name)?.[1];
  return step === undefined ? undefined : Number(step);
}
