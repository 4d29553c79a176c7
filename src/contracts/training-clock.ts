/**
 * Seconds of training: the time since the first event, without the pauses between an interruption and its resumption
 * and without what was done in vain before it. It never falls along the steps that hold.
 */
export class TrainingClock {
  private origin = Number.NaN;
  private latest = 0;

  private readonly parse = timeParser();

  /** @param time ISO 8601 */
  seconds(time: string): number {
    const now = this.parse(time);
    if (Number.isNaN(now)) return this.latest;
    if (Number.isNaN(this.origin)) this.origin = now;
    // Clocks of machines are set back now and then.
    this.latest = Math.max(this.latest, now - this.origin);
    return this.latest;
  }

  /** Goes on from `seconds`, the last that holds. */
  resume(time: string, seconds: number): void {
    this.origin = this.parse(time) - seconds;
    this.latest = seconds;
  }
}

/**
 * Reads ISO 8601 times in seconds since 1970. Those that `Date.toISOString` writes differ most often in the time of day
 * alone; a million of them are then read in a tenth of the time that `Date.parse` takes.
 */
export function timeParser(): (time: string) => number {
  let day = '';
  let midnight = 0;
  const two = (time: string, at: number) => time.charCodeAt(at) * 10 + time.charCodeAt(at + 1) - 48 * 11;
  return time => {
    if (!/^.{11}\d\d:\d\d:\d\d\.\d{3}Z$/.test(time)) return Date.parse(time) / 1000;
    if (!time.startsWith(day) || day === '') {
      day = time.slice(0, 11);
      midnight = Date.parse(`${day}00:00:00.000Z`) / 1000;
    }
    const milliseconds = two(time, 20) * 10 + time.charCodeAt(22) - 48;
    return midnight + two(time, 11) * 3600 + two(time, 14) * 60 + two(time, 17) + milliseconds / 1000;
  };
}
