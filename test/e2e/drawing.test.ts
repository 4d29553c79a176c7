import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeWorkspace } from '../workspace.mjs';
import { pictureFailures, Window, whyNoHost } from './window.ts';

const missing = whyNoHost();
if (missing) console.log(`Drawing in the window is not tested: ${missing}`);

describe.skipIf(missing)('a drawing', () => {
  let workspace: ReturnType<typeof makeWorkspace>;
  let window: Window;
  pictureFailures(() => window);
  beforeAll(async () => {
    workspace = makeWorkspace({ subjects: 1 });
    window = await Window.open(inject('vsix'), workspace.folder);
  });
  afterAll(async () => {
    await window?.close();
    workspace?.remove();
  });

  /** Opens a file by its name, as Ctrl+P does. */
  const open = async (file: string) => {
    await window.page.keyboard.press('Control+P');
    await window.page.locator('.quick-input-widget input.input').fill(file);
    await window.pick(file);
  };

  it('that is closed unsaved is offered, and there again where it is opened', async () => {
    await open('mr.nii.gz');
    const { webview, page } = window;
    await webview.getByRole('button', { name: 'Draw the selected structure' }).click();
    await webview.locator('.status .drawing', { hasText: 'Drawing: Structure 1 into New labels' }).waitFor();
    const canvas = webview.locator('canvas[data-plane=axial]');
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2 - 40, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    await webview.getByTitle('Edited and not saved').waitFor();
    await page.waitForTimeout(1500);
    await window.picture('drawing');
    await window.command('View: Close Editor');
    const kept = window.notification('The unsaved drawing “New labels” was kept.');
    await kept.waitFor();
    await kept.getByRole('button', { name: 'Open' }).click();
    await window.webview.getByTitle('Edited and not saved').waitFor();
    await window.webview.locator('.structure .name', { hasText: 'Structure 1' }).waitFor();
    await window.picture('drawing-kept');
  });

  it('that is not saved outlives a reload of the window', async () => {
    // The browser's workbench writes down what is open every five seconds.
    await window.page.waitForTimeout(6_000);
    await window.page.reload();
    await window.webview.getByTitle('Edited and not saved').waitFor();
    expect(await window.notification('was kept').count()).toBe(0);
  });
});
