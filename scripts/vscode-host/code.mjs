#!/usr/bin/env node
// Stands in for VS Code's executable where @vscode/test-electron runs an extension's tests: takes the same arguments,
// runs the tests in the headless host and ends with their exit code. With --untrusted the window does not trust its folder.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { format } from 'node:util';
import { launchBrowser, newPage } from './browser.mjs';
import { makeProfile, removeProfile, startServer } from './server.mjs';

const TIME_LIMIT_MS = 10 * 60_000;

const args = process.argv.slice(2);
const values = name =>
  args.filter(arg => arg.startsWith(`--${name}=`)).map(arg => resolve(arg.slice(name.length + 3)));
const folder = args.find(arg => !arg.startsWith('-'));
const [tests] = values('extensionTestsPath');
if (tests === undefined) {
  console.error('Only runs of tests are supported: --extensionTestsPath is missing.');
  process.exit(2);
}

/** What the workbench tells of itself, not of the tests; its own log files and watchdog are not built in the host. */
const NOISE = [
  /^\[(AgentHost|ChatModel|AccountPolicy)/,
  /^(Resolv|Creating a socket|Updating additional|Ignoring fetching|%c)/,
  /Service Worker|reconnection-grace/,
  /Could not locate the bindings file|build\/Release\/watchdog/,
];

/** Opens the window in which the tests run; settles when they have ended. */
async function runTests(page, server) {
  let ended;
  const exit = new Promise((resolve, reject) => {
    ended = resolve;
    page.on('crash', () => reject(new Error('the window crashed')));
    page.on('close', () => reject(new Error('the window was closed')));
    setTimeout(() => reject(new Error('the tests did not end in time')), TIME_LIMIT_MS).unref();
  });
  await page.exposeFunction('codeAutomationExit', code => ended(code));
  await page.exposeFunction('codeAutomationLog', (type, parts) => {
    const line = format(...parts);
    if (!NOISE.some(noise => noise.test(line)))
      (type === 'error' ? process.stderr : process.stdout).write(`${line}\n`);
  });
  const uri = path => `vscode-remote://${server.authority}${path}`;
  const payload = [
    ...values('extensionDevelopmentPath').map(path => ['extensionDevelopmentPath', uri(path)]),
    ['extensionTestsPath', uri(tests)],
  ];
  const where = folder === undefined ? 'ew=true' : `folder=${encodeURIComponent(resolve(folder))}`;
  await page.goto(`${server.url}?${where}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
  return exit;
}

const profile = makeProfile();
let server;
let browser;
let code = 1;
try {
  server = await startServer(profile, { driver: true, trust: !args.includes('--untrusted') });
  browser = await launchBrowser();
  code = await runTests(await newPage(browser, server), server);
} catch (error) {
  console.error(`VS Code: ${error.message}`);
  if (server) console.error(readFileSync(server.log, 'utf8').slice(-4000));
} finally {
  await browser?.close();
  await server?.stop();
  removeProfile(profile);
}
process.exit(code);
