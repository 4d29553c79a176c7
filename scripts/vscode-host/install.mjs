// A real VS Code for tests where there is no desktop: code-server and its Node from npm, seen through Chromium.
// Installs what is missing; `node scripts/vscode-host/install.mjs` does only that.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const CODE_SERVER = '4.139.1'; // VS Code 1.139.1
const NODE = '24.21.0'; // which it needs

/** The folder that the host is installed in: some 800 MB, shared by all checkouts. */
export const hostFolder =
  process.env.INNEREYE_VSCODE_HOST ?? join(homedir(), '.cache', 'innereye', 'vscode-host');
const nodePackage = join(hostFolder, 'node_modules', `node-linux-${process.arch}`);

/** What runs the server: Node and code-server's entry. */
export const host = {
  node: join(nodePackage, 'bin', 'node'),
  entry: join(hostFolder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
};

/** Chromium's executable; undefined where there is none. */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap(folder => names.map(name => join(folder, name))).find(file => existsSync(file));
}

function installChromium() {
  if (findChromium() !== undefined) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error('Chromium is missing: install it, or name its executable in CHROMIUM.');
  console.log('Installing Chromium with apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args) => execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
}

function installCodeServer() {
  const stamp = join(hostFolder, `.code-server-${CODE_SERVER}-node-${NODE}`);
  if (existsSync(stamp)) return;
  console.log(`Installing VS Code (code-server ${CODE_SERVER}) into ${hostFolder} …`);
  rmSync(join(hostFolder, 'node_modules'), { recursive: true, force: true });
  mkdirSync(hostFolder, { recursive: true });
  const dependencies = { 'code-server': CODE_SERVER, [`node-linux-${process.arch}`]: NODE };
  writeFileSync(join(hostFolder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  // Without install scripts no compiler is needed: what is native is in the packages.
  const npm = (folder, env, ...args) =>
    execFileSync(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args],
      { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
  npm(hostFolder, process.env);
  const env = { ...process.env, PATH: join(nodePackage, 'bin') + delimiter + process.env.PATH };
  const code = join(hostFolder, 'node_modules', 'code-server', 'lib', 'vscode');
  npm(code, env, '--omit=dev');
  npm(join(code, 'extensions'), env, '--omit=dev');
  execFileSync(host.node, [host.entry, '--config', join(hostFolder, 'config.yaml'), '--version'], {
    stdio: 'pipe',
  });
  writeFileSync(stamp, '');
}

/**
 * Installs the host where it is missing.
 * @throws an error that says what is missing where it cannot be had.
 */
export function installHost() {
  if (process.platform !== 'linux')
    throw new Error('The headless host is for Linux: name a desktop VS Code in VSCODE_EXECUTABLE.');
  try {
    installChromium();
    installCodeServer();
  } catch (error) {
    const detail = error.stderr?.toString().trim().split('\n').at(-1);
    throw new Error(detail ? `${error.message.split('\n')[0]}: ${detail}` : error.message, { cause: error });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) installHost();
