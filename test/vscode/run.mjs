// npm run test:vscode [-- --report FILE]: the extension's tests inside a real VS Code.
//
// Which VS Code: the executable in VSCODE_EXECUTABLE; else, on Linux without a display, the headless host
// (scripts/vscode-host); else the one that @vscode/test-electron downloads. Where none can be had, the tests are skipped.
// Those below untrusted/ run in a window that does not trust its folder. @vscode/test-electron turns trust off for all
// windows, so only the headless host can have such a one.
// INNEREYE_TEST_SUITES=runs,tasks runs these suites alone.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { installHost } from '../../scripts/vscode-host/install.mjs';
import { closeReport } from '../report.mjs';
import { makeWorkspace } from '../workspace.mjs';

const HOST = resolve('scripts/vscode-host/code.mjs');

/** @throws where there is no VS Code and none can be had */
async function findExecutable() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  if (process.platform !== 'linux' || process.env.DISPLAY) return downloadAndUnzipVSCode();
  installHost();
  return HOST;
}

/** Runs the suites of a folder in a window of their own, and gives their counts. */
async function runSuites(executable, suites, { subjects, launchArgs = [] }) {
  // Below node_modules, so that the bundles find Mocha.
  const folder = resolve('node_modules/.cache/innereye', `vscode-tests-${process.pid}`);
  const result = resolve(folder, 'result.json');
  mkdirSync(folder, { recursive: true });
  const workspace = makeWorkspace({ subjects });
  try {
    await build({
      entryPoints: { index: 'test/vscode/index.ts', ...suites },
      outdir: folder,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      external: ['vscode', 'mocha'],
      logLevel: 'warning',
    });
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: resolve('.'),
      extensionTestsPath: resolve(folder, 'index.cjs'),
      launchArgs: [workspace.folder, ...launchArgs],
      extensionTestsEnv: { INNEREYE_TEST_RESULT: result },
    }).catch(error => console.error(`${basename(executable)}: ${error.message}`));
    return existsSync(result)
      ? JSON.parse(readFileSync(result, 'utf8'))
      : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
  } finally {
    workspace.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The suites of a folder by name, as far as they are wanted. */
function suitesIn(folder) {
  const wanted = process.env.INNEREYE_TEST_SUITES?.split(',');
  const names = readdirSync(folder).filter(name => name.endsWith('.test.ts'));
  return Object.fromEntries(
    names
      .map(name => [name.slice(0, -'.ts'.length), `${folder}/${name}`])
      .filter(([name]) => wanted?.includes(name.slice(0, -'.test'.length)) ?? true),
  );
}

if (!existsSync('dist/extension.js')) throw new Error('dist/ is not built: run npm run build first.');
const trusted = suitesIn('test/vscode');
const untrusted = suitesIn('test/vscode/untrusted');

let executable;
try {
  executable = await findExecutable();
} catch (error) {
  console.log(`The tests in VS Code are skipped: ${error.message}`);
  const numPendingTests = Object.keys({ ...trusted, ...untrusted }).length;
  closeReport({ numPassedTests: 0, numFailedTests: 0, numPendingTests });
}

if (executable !== undefined) {
  const windows = [];
  if (Object.keys(trusted).length > 0) windows.push(await runSuites(executable, trusted, { subjects: 4 }));
  const count = Object.keys(untrusted).length;
  if (count > 0 && executable === HOST) {
    windows.push(await runSuites(executable, untrusted, { subjects: 0, launchArgs: ['--untrusted'] }));
  } else if (count > 0) {
    console.log('Tests of an untrusted folder are skipped: only the headless host can have such a window.');
    windows.push({ numPassedTests: 0, numFailedTests: 0, numPendingTests: count });
  }
  const sum = key => windows.reduce((total, counts) => total + counts[key], 0);
  closeReport({
    numPassedTests: sum('numPassedTests'),
    numFailedTests: sum('numFailedTests'),
    numPendingTests: sum('numPendingTests'),
    testResults: windows.flatMap(counts => counts.testResults ?? []),
  });
}
