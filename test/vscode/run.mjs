// npm run test:vscode [-- --report FILE]: the extension's tests inside a real VS Code.
//
// Which VS Code: the executable in VSCODE_EXECUTABLE; else, on Linux without a display, the headless host
// (scripts/vscode-host); else the one that @vscode/test-electron downloads. Where none can be had, the tests are skipped.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { installHost } from '../../scripts/vscode-host/install.mjs';
import { closeReport } from '../report.mjs';
import { makeWorkspace } from '../workspace.mjs';

/** @throws where there is no VS Code and none can be had */
async function findExecutable() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  if (process.platform !== 'linux' || process.env.DISPLAY) return downloadAndUnzipVSCode();
  installHost();
  return resolve('scripts/vscode-host/code.mjs');
}

if (!existsSync('dist/extension.js')) throw new Error('dist/ is not built: run npm run build first.');
const suites = readdirSync('test/vscode').filter(name => name.endsWith('.test.ts'));

let executable;
try {
  executable = await findExecutable();
} catch (error) {
  console.log(`The tests in VS Code are skipped: ${error.message}`);
  closeReport({ numPassedTests: 0, numFailedTests: 0, numPendingTests: suites.length });
}

if (executable !== undefined) {
  // Below node_modules, so that the bundles find Mocha.
  const folder = resolve('node_modules/.cache/innereye', `vscode-tests-${process.pid}`);
  const result = resolve(folder, 'result.json');
  mkdirSync(folder, { recursive: true });
  const workspace = makeWorkspace();
  try {
    await build({
      entryPoints: ['test/vscode/index.ts', ...suites.map(name => `test/vscode/${name}`)],
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
      launchArgs: [workspace.folder],
      extensionTestsEnv: { INNEREYE_TEST_RESULT: result },
    }).catch(error => console.error(`${basename(executable)}: ${error.message}`));
    closeReport(
      existsSync(result)
        ? JSON.parse(readFileSync(result, 'utf8'))
        : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 },
    );
  } finally {
    workspace.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
