import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { PageTheme } from './themes.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const BUILT = resolve(process.env.WEBVIEWS ?? 'dist/webviews');

/** Why tests of a built page must be skipped here, or an empty string. */
export function pageMissing(script: string): string {
  if (!existsSync(CHROMIUM)) return '(skipped: no Chromium; install it or set CHROMIUM)';
  return existsSync(join(BUILT, script)) ? '' : '(skipped: dist/ is not built; run `npm run build`)';
}

/** Debian's Chromium, without a window, drawing in software. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });

const ORIGIN = 'http://webview.test';
const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };

/** What a page posted, kept by the stand-in for VS Code's side. */
declare global {
  interface Window {
    posted: { readonly type: string; readonly [key: string]: unknown }[];
  }
}

/**
 * Opens a webview's page as VS Code would: its built files, its content security policy, a theme, and a stand-in for
 * `acquireVsCodeApi` that keeps what is posted.
 * @param html makes the page, from where its script and style are
 */
export async function openPage(
  browser: Browser,
  html: (sources: { script: string; style: string; cspSource: string; nonce: string }) => string,
  name: string,
  theme: PageTheme,
  size = { width: 1280, height: 900 },
): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage({ viewport: size });
  page.setDefaultTimeout(90_000);
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error') problems.push(message.text());
  });
  const source = html({
    script: `${ORIGIN}/${name}.js`,
    style: `${ORIGIN}/${name}.css`,
    cspSource: ORIGIN,
    nonce: 'for-this-test',
  });
  await page.route(`${ORIGIN}/**`, async route => {
    const file = basename(new URL(route.request().url()).pathname);
    if (file === '') return route.fulfill({ contentType: 'text/html', body: source });
    if (!existsSync(join(BUILT, file))) return route.fulfill({ status: 404 });
    const contentType = TYPES[file.split('.').at(-1)!] ?? 'application/octet-stream';
    return route.fulfill({ contentType, body: await readFile(join(BUILT, file)) });
  });
  await page.addInitScript(() => {
    window.posted = [];
    // State outlives a reload, as it does in VS Code.
    Object.assign(window, {
      acquireVsCodeApi: () => ({
        postMessage: (message: Window['posted'][number]) => window.posted.push(message),
        getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
        setState: (next: unknown) => sessionStorage.setItem('state', JSON.stringify(next)),
      }),
    });
  });
  await page.addInitScript(applyTheme, theme);
  await page.goto(`${ORIGIN}/`);
  return { page, problems };
}

/** Sets a theme as VS Code does: variables on the root, a class on the body. To be run in the page. */
export function applyTheme({ className, variables }: PageTheme): void {
  const apply = () => {
    for (const [name, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
    document.body.className = className;
  };
  if (document.body) apply();
  else document.addEventListener('DOMContentLoaded', apply);
}
