/**
 * Whether what was said at a step still holds after a run was resumed at `resumedAt`; otherwise it is done again.
 * `step` events count the step they report; the others stand at the number of steps done.
 */
export function standsAfter(resumedAt: number, type: string, step: number): boolean {
  if (type === 'resumed') return true;
  return type === 'step' ? step < resumedAt : step <= resumedAt;
}
