// npm run test:e2e [-- --report FILE]: the packaged extension as its users meet it. Options after -- go to Vitest.
import { spawnSync } from 'node:child_process';

const at = process.argv.indexOf('--report');
const report = at > 0 ? ['--reporter=json', `--outputFile.json=${process.argv[at + 1]}`] : [];
const options = process.argv.slice(2).filter((_, index) => at < 0 || index + 2 < at || index + 2 > at + 1);
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--config', 'test/e2e/vitest.config.ts', '--reporter=verbose', ...report, ...options],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
