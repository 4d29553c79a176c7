import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeWorkspace } from '../workspace.mjs';
import { pictureFailures, Window, whyNoHost } from './window.ts';

const missing = whyNoHost();
if (missing) console.log(`Tests of an untrusted workspace are skipped: ${missing}`);

describe.skipIf(missing)('a workspace that is not trusted', () => {
  let workspace: ReturnType<typeof makeWorkspace>;
  let window: Window;
  pictureFailures(() => window);
  beforeAll(async () => {
    workspace = makeWorkspace({ subjects: 0 });
    window = await Window.open(inject('vsix'), workspace.folder, { trust: false });
  });
  afterAll(async () => {
    await window?.close();
    workspace?.remove();
  });

  it('shows what is wrong in a configuration', async () => {
    await window.page.getByText('Restricted Mode').first().waitFor();
    await window.file('misspelt.innereye.yaml').dblclick();
    await window.page.locator('.squiggly-error').first().waitFor();
  });

  it('cannot train: the command is disabled, and the palette does not have it', async () => {
    await window.file('base.innereye.yaml').click({ button: 'right' });
    const train = window.page.locator('.context-view .action-item', { hasText: /^Train(Ctrl|$)/ });
    await train.first().waitFor();
    expect(await train.first().getAttribute('class')).toContain('disabled');
    await window.picture('untrusted');
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.press('F1');
    await window.page.locator('.quick-input-widget input.input').fill('>InnerEye: Train');
    // What it offers instead are similar names.
    const offered = window.page.locator('.quick-input-list .monaco-list-row');
    await offered.first().waitFor();
    expect(await offered.filter({ hasText: 'InnerEye: Train' }).count()).toBe(0);
    await window.page.keyboard.press('Escape');
    expect(existsSync(join(workspace.folder, 'outputs'))).toBe(false);
  });
});
