// Chromium as the window of the headless VS Code.
import { chromium } from 'playwright-core';
import { findChromium } from './install.mjs';

/** Starts Chromium, drawing in software: tests look the same with and without a graphics card. */
export const launchBrowser = () =>
  chromium.launch({
    executablePath: findChromium(),
    args: [
      ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
      ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    ],
  });

/** A window whose page reaches the server alone: what it asks of any other host is refused. */
export async function newPage(browser, server) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const foreign = url => /^https?:$/.test(url.protocol) && url.host !== server.authority;
  await context.route(foreign, route => route.abort());
  return context.newPage();
}
