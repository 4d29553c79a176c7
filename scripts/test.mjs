// npm test: everything that can be checked on this machine, from a fresh clone on; prints a closing count.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command, args, options = {}) => spawnSync(command, args, { stdio: 'inherit', ...options });
const counts = { passed: 0, failed: 0, skipped: 0 };

/** One check that passes or fails as a whole. */
function check(name, command, args) {
  console.log(`\n== ${name}`);
  counts[run(command, args).status === 0 ? 'passed' : 'failed']++;
}

if (!existsSync('node_modules'))
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { stdio: 'inherit' });
check('types', 'npx', ['tsc', '--noEmit']);
check('lint', 'npm', ['run', '--silent', 'lint']);
check('build', 'npm', ['run', '--silent', 'build']);

console.log('\n== engine');
const engine = run(process.execPath, ['dist/innereye.js', 'engine', 'install']);
if (engine.status !== 0) console.log('The engine could not be installed: tests that need it are skipped.');

console.log('\n== unit tests');
const folder = mkdtempSync(join(tmpdir(), 'innereye-test-'));
const report = join(folder, 'report.json');
try {
  run('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const {
    numPassedTests,
    numFailedTests,
    numPendingTests,
    numTodoTests = 0,
    success,
  } = JSON.parse(readFileSync(report, 'utf8'));
  counts.passed += numPassedTests;
  counts.failed += numFailedTests + (success || numFailedTests > 0 ? 0 : 1);
  counts.skipped += numPendingTests + numTodoTests;
} catch (error) {
  console.error(`The unit tests did not end: ${error.message}`);
  counts.failed++;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
