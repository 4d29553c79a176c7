// npm test: everything that can be checked on this machine, from a fresh clone on; prints a closing count.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command, args, options = {}) => spawnSync(command, args, { stdio: 'inherit', ...options });
const counts = { passed: 0, failed: 0, skipped: 0 };
/** What failed, by name: the output of a long run is seldom read from its beginning. */
const failures = [];

/** One check that passes or fails as a whole. */
function check(name, command, args) {
  console.log(`\n== ${name}`);
  const passed = run(command, args).status === 0;
  counts[passed ? 'passed' : 'failed']++;
  if (!passed) failures.push(name);
}

if (!existsSync('node_modules'))
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { stdio: 'inherit' });
check('types', 'npm', ['run', '--silent', 'typecheck']);
check('lint', 'npm', ['run', '--silent', 'lint']);
check('build', 'npm', ['run', '--silent', 'build']);

console.log('\n== engine');
const engine = run(process.execPath, ['dist/innereye.js', 'engine', 'install']);
if (engine.status !== 0) console.log('The engine could not be installed: tests that need it are skipped.');

if (engine.status === 0) check('benchmarks, in small', process.execPath, ['test/bench/main.mjs', '--small']);
else counts.skipped++;

/** Tests that write their counts, in the names of Vitest's JSON report, into a file. */
function tests(name, command, args, reportOption) {
  console.log(`\n== ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'innereye-test-'));
  const report = join(folder, 'report.json');
  try {
    const { status } = run(command, [...args, ...reportOption(report)]);
    const {
      numPassedTests,
      numFailedTests,
      numPendingTests,
      numTodoTests = 0,
      testResults = [],
    } = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed += numPassedTests;
    // A run can fail without a test: a file that does not load, an error after the last test.
    counts.failed += numFailedTests || (status === 0 ? 0 : 1);
    const failed = testResults
      .flatMap(file => file.assertionResults)
      .filter(test => test.status === 'failed');
    failures.push(...failed.map(test => `${test.fullName}: ${test.failureMessages?.[0]?.split('\n')[0]}`));
    if (status !== 0 && failed.length === 0) failures.push(`${name}: see above`);
    counts.skipped += numPendingTests + numTodoTests;
  } catch (error) {
    console.error(`The ${name} did not end: ${error.message}`);
    counts.failed++;
    failures.push(name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

tests('unit tests', 'npx', ['vitest', 'run'], report => [
  ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
]);
tests('tests in VS Code', process.execPath, ['test/vscode/run.mjs'], report => ['--report', report]);
tests('tests of the package', process.execPath, ['test/e2e/run.mjs'], report => ['--report', report]);

if (failures.length > 0) console.log(`\nFailed:\n${failures.map(name => `- ${name}`).join('\n')}`);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
