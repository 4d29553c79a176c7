// Starts and stops the headless VS Code, and installs extensions into it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { host } from './install.mjs';

/** Settings of every window: nothing that asks the network, shows news or moves. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'files.simpleDialog.enable': true,
};

/** The environment of the server and of the extensions in it: none of what a VS Code around us has set. */
function environment(extra) {
  const kept = Object.entries({ ...process.env, EXTENSIONS_GALLERY: '{}', ...extra }).filter(
    ([name]) => !/^VSCODE_|^NODE_OPTIONS$/.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: dirname(host.node) + delimiter + process.env.PATH };
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** The folders of one installation: user data and extensions. Short, as a socket's path lies in them. */
export function makeProfile() {
  const folder = mkdtempSync(join(tmpdir(), 'ievs-'));
  const profile = { folder, userData: join(folder, 'u'), extensions: join(folder, 'e') };
  mkdirSync(join(profile.userData, 'User'), { recursive: true });
  mkdirSync(profile.extensions);
  writeFileSync(join(folder, 'config.yaml'), 'auth: none\n');
  return profile;
}

const profileArguments = ({ folder, userData, extensions }) => [
  ...[host.entry, '--config', join(folder, 'config.yaml')],
  ...['--user-data-dir', userData, '--extensions-dir', extensions],
];

/** Installs a .vsix as a user would. */
export function installExtension(profile, vsix) {
  const args = [...profileArguments(profile), '--install-extension', vsix, '--force'];
  const { status, stdout, stderr } = spawnSync(host.node, args, { env: environment(), encoding: 'utf8' });
  if (status !== 0 || /failed installing/i.test(stdout + stderr))
    throw new Error(`${vsix} could not be installed:\n${stdout}${stderr}`);
}

/**
 * Starts VS Code on a free port of this machine.
 * @param options.driver lets a page's URL start an extension's tests; such a window hides notifications
 * @param options.trust false: workspaces are not trusted, and no prompt asks
 */
export async function startServer(profile, options = {}) {
  const { settings = {}, driver = false, trust = true, env = {} } = options;
  const distrust = { 'security.workspace.trust.startupPrompt': 'never' };
  writeFileSync(
    join(profile.userData, 'User', 'settings.json'),
    JSON.stringify({ ...quiet, ...(trust ? {} : distrust), ...settings }, null, 2),
  );
  const port = await freePort();
  const log = join(profile.folder, 'server.log');
  const output = openSync(log, 'a');
  const args = [
    ...profileArguments(profile),
    ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(trust ? ['--disable-workspace-trust'] : []),
    ...(driver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  // A process group of its own: the server's children must end with it.
  const server = spawn(host.node, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: environment(env),
  });
  const signal = name => {
    try {
      return process.kill(-server.pid, name);
    } catch {
      return false;
    }
  };
  const stop = async () => {
    signal('SIGTERM');
    for (let wait = 0; wait < 50 && signal(0); wait++) await sleep(100);
    signal('SIGKILL');
  };
  const url = `http://127.0.0.1:${port}/`;
  const answers = () =>
    fetch(`${url}healthz`).then(
      response => response.ok,
      () => false,
    );
  for (let wait = 0; !(await answers()); wait++) {
    if (server.exitCode !== null || wait > 300) {
      await stop();
      throw new Error(`VS Code did not start:\n${readFileSync(log, 'utf8')}`);
    }
    await sleep(100);
  }
  return { url, authority: `127.0.0.1:${port}`, log, stop };
}

/** Removes what {@link makeProfile} made. */
export const removeProfile = profile => rmSync(profile.folder, { recursive: true, force: true });
