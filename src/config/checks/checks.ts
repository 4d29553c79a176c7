import type { Check } from './check.ts';

/** All checks beyond the schema, in the order in which their findings are shown. */
export const CHECKS: readonly Check[] = [];
