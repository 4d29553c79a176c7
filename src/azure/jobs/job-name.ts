import { randomBytes } from 'node:crypto';

/** Characters that AzureML takes in the name of a job; it begins with a letter or digit. */
const FORBIDDEN = /[^a-zA-Z0-9-]+/g;
const LONGEST_MODEL = 60;

/**
 * A name for a new job, such as `abdomen-20261125-064000-3f9a1c`: decided before the first request, so that a repeated
 * one makes no second job, and with something random, so that two people who submit at once do not meet.
 */
export function jobName(model: string, time: Date, random = randomBytes(3).toString('hex')): string {
  const plain = model
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(FORBIDDEN, '-')
    .slice(0, LONGEST_MODEL)
    .replaceAll(/^-+|-+$/g, '');
  const stamp = time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `${plain || 'run'}-${stamp}-${random}`;
}
