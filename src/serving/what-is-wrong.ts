import { Fault, Faults } from '../foundation/fault.ts';

/** A series in the list of those that there are: its UID before what describes it. */
const LISTED_SERIES = /[:;] ([\d.]{5,64}) \(/g;

/**
 * What is wrong with a scan, for who sent it: without the place, which is on this machine, and without the remedy, which
 * may tell descriptions of series. Their UIDs are no names: one of them is to be chosen.
 */
export function whatIsWrong(error: unknown): string {
  if (error instanceof Faults) return error.faults.map(whatIsWrong).join('; ');
  if (!(error instanceof Error)) return String(error);
  const uids =
    error instanceof Fault ? [...(error.remedy ?? '').matchAll(LISTED_SERIES)].map(([, uid]) => uid) : [];
  return uids.length === 0
    ? error.message
    : `${error.message}; say which with series=UID: ${uids.join(', ')}`;
}
