import { availableParallelism, loadavg } from 'node:os';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeWorkspace } from '../workspace.mjs';
import { pictureFailures, Window, whyNoHost } from './window.ts';

const missing = whyNoHost();
if (missing) console.log(`The time of activation is not measured: ${missing}`);

const LIMIT_MS = 100;
/** What VS Code itself does after its window has opened. */
const SETTLING_MS = 4_000;
/** Programs that wait for each core, beside which a time by the clock is not the extension's. */
const BUSY = 2.5;

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

  it(`is activated in under ${LIMIT_MS} ms, by VS Code's own clock`, async context => {
    const row = window.page
      .locator('.runtime-extensions-editor .monaco-list-row')
      .filter({ hasText: 'InnerEye' });
    const times: number[] = [];
    // What else the machine does only adds to it: the quickest of a few windows counts.
    while (times.length < 4 && !(Math.min(...times) < LIMIT_MS)) {
      if (times.length > 0) await window.page.reload();
      await window.file('child.innereye.yaml').waitFor();
      await window.page.waitForTimeout(SETTLING_MS);
      await window.file('child.innereye.yaml').dblclick();
      await window.page.locator('.codelens-decoration').first().waitFor();
      await window.command('Developer: Show Running Extensions');
      const text = await row.getByText(/Activation: \d+ms/).textContent();
      times.push(Number(/(\d+)ms/.exec(text!)![1]));
    }
    const busy = loadavg()[0]! / availableParallelism();
    console.log(`activated in ${times.join(', ')} ms, load ${busy.toFixed(1)} a core`);
    if (Math.min(...times) >= LIMIT_MS && busy > BUSY)
      context.skip(`the machine has ${busy.toFixed(1)} times the work it can do: its clock says nothing`);
    expect(Math.min(...times)).toBeLessThan(LIMIT_MS);
  });
});
