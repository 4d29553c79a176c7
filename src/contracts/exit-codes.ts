/** Exit codes of the command line that say more than that it failed, which is 1. */

/** Of `runs reproduce`: the run was made again, and came out different. */
export const NOT_REPRODUCED = 3;
