import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { launchBrowser, newPage } from '../../scripts/vscode-host/browser.mjs';
import { installHost } from '../../scripts/vscode-host/install.mjs';
import {
  installExtension,
  makeProfile,
  removeProfile,
  type Server,
  type ServerOptions,
  startServer,
} from '../../scripts/vscode-host/server.mjs';

const SCREENSHOTS = 'test/e2e/screenshots';

/** Why there is no VS Code to test in; undefined where there is one, which is installed now where it was not yet. */
export function whyNoHost(): string | undefined {
  try {
    installHost();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Keeps a picture of the window after each test that failed. */
export function pictureFailures(window: () => Window | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await window()?.picture(`failed: ${task.name}`);
  });
}

/** One window of a VS Code that has the packaged extension installed, and what a user does in it. */
export class Window {
  /** Clicks, among them those that choose an item of a list; typing is not counted. */
  clicks = 0;

  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly profile: ReturnType<typeof makeProfile>,
  ) {}

  /**
   * @param folder what the window opens; undefined for an empty window
   * @param options `extensions`: packages of others that are installed beside
   */
  static async open(
    vsix: string,
    folder?: string,
    { extensions = [], ...options }: ServerOptions & { readonly extensions?: readonly string[] } = {},
  ): Promise<Window> {
    const profile = makeProfile();
    for (const extension of [vsix, ...extensions]) installExtension(profile, extension);
    const server = await startServer(profile, options);
    const browser = await launchBrowser();
    const page = await newPage(browser, server);
    page.setDefaultTimeout(30_000);
    const window = new Window(page, browser, server, profile);
    const where = folder === undefined ? 'ew=true' : `folder=${encodeURIComponent(folder)}`;
    await page.goto(`${server.url}?${where}`);
    // Its icon stands for all that the extension contributes: menus opened earlier do not have it.
    await page.locator('.activitybar [aria-label^="InnerEye"]').first().waitFor();
    return window;
  }

  /** Ends the browser and the server with all that it started, and removes their files. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    removeProfile(this.profile);
  }

  async click(target: Locator, options?: Parameters<Locator['click']>[0]): Promise<void> {
    await target.click(options);
    this.clicks++;
  }

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.pick(title);
  }

  /** Chooses an item of an open list. */
  async pick(label: string | RegExp): Promise<void> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await this.click(rows.filter({ hasText: label }).first());
  }

  /** A file or folder in the Explorer. */
  file(name: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`);
  }

  /** Right-clicks something and chooses from its menu, which is drawn before trust is known and opened again then. */
  async menu(target: Locator, item: string): Promise<void> {
    const entry = this.page
      .locator('.context-view .action-item:not(.disabled)')
      .filter({ hasText: new RegExp(`^${item}(Ctrl|$)`) });
    for (let attempt = 0; ; attempt++) {
      await target.click({ button: 'right' });
      const ready = await entry
        .first()
        .waitFor({ timeout: 2_000 })
        .then(
          () => true,
          () => false,
        );
      if (ready || attempt === 10) break;
      await this.page.keyboard.press('Escape');
    }
    this.clicks += 2;
    // A menu that is younger than a tenth of a second swallows clicks: until it has closed, none was taken.
    for (let attempt = 0; attempt < 5; attempt++) {
      await entry.first().click();
      const taken = await entry
        .first()
        .waitFor({ state: 'hidden', timeout: 1_000 })
        .then(
          () => true,
          () => false,
        );
      if (taken) return;
    }
    throw new Error(`the menu does not take the click on ${item}`);
  }

  /** What the visible webview shows. */
  get webview(): FrameLocator {
    return this.page
      .locator('iframe.webview:visible')
      .last()
      .contentFrame()
      .frameLocator('iframe#active-frame');
  }

  /** Notifications by their text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  /** Keeps a picture of the window in test/e2e/screenshots/. */
  async picture(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  /** The folder of the installation: settings, logs, what extensions keep. */
  get profileFolder(): string {
    return this.profile.folder;
  }

  /** The end of the server's log, for what went wrong. */
  get log(): string {
    return readFileSync(this.server.log, 'utf8').slice(-4000);
  }
}
