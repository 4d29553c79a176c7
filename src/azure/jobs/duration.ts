const HOURS = { m: 1 / 60, h: 1, d: 24 } as const;

/** Hours of a time such as `90m`, `3.5h` or `2d`, as the schema of `azure.time_limit` takes it. */
export const hoursOf = (time: string): number =>
  Number(time.slice(0, -1)) * HOURS[time.slice(-1) as keyof typeof HOURS];

/** Whole seconds of it. */
export const secondsOf = (time: string): number => Math.max(60, Math.round(hoursOf(time) * 3600));

/** The ISO 8601 duration that the service takes: `PT210M`. */
export const isoDuration = (time: string): string => `PT${Math.max(1, Math.round(hoursOf(time) * 60))}M`;
