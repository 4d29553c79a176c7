import { writeFileSync } from 'node:fs';

/**
 * Ends a run of tests: its counts, in the names of Vitest's JSON report, go to the file after `--report`, or else to the
 * terminal as the closing line; the exit status says whether a test failed.
 */
export function closeReport(counts) {
  const at = process.argv.indexOf('--report');
  if (at > 0) writeFileSync(process.argv[at + 1], JSON.stringify(counts));
  else
    console.log(
      `\n${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped`,
    );
  process.exitCode = counts.numFailedTests === 0 ? 0 : 1;
}
