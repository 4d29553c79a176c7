// How busy other programs kept the machine while something was measured: figures mean little without it.
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Processor seconds of the whole machine, and of this program with its children that have ended. Linux alone. */
function processorSeconds() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const own = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 15)
    .reduce((sum, ticks) => sum + Number(ticks), 0);
  const all = user + nice + system + irq + softirq + steal;
  return { all: all / TICKS_PER_SECOND, own: own / TICKS_PER_SECOND };
}

/**
 * Begins to watch. @returns ends it: the cores that others used in the mean, or undefined where the system does not
 * tell. Children that are measured must have ended by then.
 */
export function watchOthers() {
  if (process.platform !== 'linux') return () => undefined;
  const began = performance.now();
  const before = processorSeconds();
  return () => {
    const after = processorSeconds();
    const seconds = (performance.now() - began) / 1000;
    return Math.max(0, (after.all - before.all - (after.own - before.own)) / seconds);
  };
}
