import { spawnSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeWorkspace } from '../workspace.mjs';
import { pictureFailures, Window, whyNoHost } from './window.ts';

const missing = whyNoHost();
if (missing) console.log(`The time of activation is not measured: ${missing}`);

/** The limit on a machine on which a bare Node starts in 40 ms; on a slower or busier one it grows as that start does. */
const LIMIT_MS = 100;
const LIMIT_IN_STARTS = LIMIT_MS / 40;
/** What VS Code itself does after its window has opened. */
const SETTLING_MS = 4_000;
/** Programs that wait for each core, beside which a time by the clock is not the extension's. */
const BUSY = 2;

/** How long the start of a program that does nothing takes here and now, in milliseconds. */
function startOfNode(): number {
  const before = performance.now();
  spawnSync(process.execPath, ['--eval', '']);
  return performance.now() - before;
}

describe.skipIf(missing)('the extension', () => {
  let workspace: ReturnType<typeof makeWorkspace>;
  let window: Window;
  pictureFailures(() => window);
  beforeAll(async () => {
    workspace = makeWorkspace({ subjects: 0 });
    // Each window starts without editors, and with them without the extension.
    const settings = { 'workbench.editor.restoreEditors': false };
    window = await Window.open(inject('vsix'), workspace.folder, { settings });
  });
  afterAll(async () => {
    await window?.close();
    workspace?.remove();
  });

  it("is activated as quickly as two and a half bare programs start, by VS Code's own clock", async context => {
    const row = window.page
      .locator('.runtime-extensions-editor .monaco-list-row')
      .filter({ hasText: 'InnerEye' });
    const times: number[] = [];
    const starts: number[] = [];
    const limit = () => Math.max(LIMIT_MS, LIMIT_IN_STARTS * median(starts));
    // What else the machine does only adds to it: the quickest of a few windows counts.
    while (times.length < 5 && !(Math.min(...times) < limit())) {
      if (times.length > 0) await window.page.reload();
      await window.file('child.innereye.yaml').waitFor();
      await window.page.waitForTimeout(SETTLING_MS);
      starts.push(startOfNode(), startOfNode(), startOfNode());
      await window.file('child.innereye.yaml').dblclick();
      await window.page.locator('.codelens-decoration').first().waitFor();
      await window.command('Developer: Show Running Extensions');
      const text = await row.getByText(/Activation: \d+ms/).textContent();
      times.push(Number(/(\d+)ms/.exec(text!)![1]));
    }
    const busy = loadavg()[0]! / availableParallelism();
    console.log(
      `activated in ${times.join(', ')} ms, a bare Node in ${median(starts).toFixed(0)} ms, load ${busy.toFixed(1)} a core`,
    );
    if (Math.min(...times) >= limit() && busy > BUSY)
      context.skip(`the machine has ${busy.toFixed(1)} times the work it can do: its clock says nothing`);
    expect(Math.min(...times)).toBeLessThan(limit());
  });
});

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
