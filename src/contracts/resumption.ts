/** Steps done when something was said: `step` events count the step they report, the others stand behind it. */
export const stepsDone = (type: string, step: number): number => (type === 'step' ? step + 1 : step);

/** Whether what was said at a step still holds after a run was resumed at `resumedAt`; otherwise it is done again. */
export const standsAfter = (resumedAt: number, type: string, step: number): boolean =>
  type === 'resumed' || stepsDone(type, step) <= resumedAt;
