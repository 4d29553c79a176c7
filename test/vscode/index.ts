// Runs inside the extension host: VS Code calls run() and ends with the status of the tests.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs the suites that lie beside this module, in the order of their names, and writes their counts. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ timeout: 240_000, slow: 5_000, reporter: 'spec', color: false });
  for (const name of readdirSync(__dirname).sort())
    if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  const counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  const failed: { fullName: string; status: 'failed'; failureMessages: string[] }[] = [];
  await new Promise<void>(resolve => {
    mocha
      .run(() => resolve())
      .on('pass', () => counts.numPassedTests++)
      .on('fail', (test, error) => {
        counts.numFailedTests++;
        failed.push({ fullName: test.fullTitle(), status: 'failed', failureMessages: [error.message] });
      })
      .on('pending', () => counts.numPendingTests++);
  });
  const result = process.env.INNEREYE_TEST_RESULT;
  if (result)
    writeFileSync(result, JSON.stringify({ ...counts, testResults: [{ assertionResults: failed }] }));
  if (counts.numFailedTests > 0) throw new Error(`${counts.numFailedTests} failed`);
}
