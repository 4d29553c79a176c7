import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installEngine } from './install.ts';
import { libraryNames } from './library.ts';
import { announcedSize, type InstallProgress } from './pip.ts';
import { type Wheel, wheelsFor } from './wheels.ts';

/** A program in the place of Python, whose pip behaves as FAKE_PIP says. */
const fakePython = `#!/usr/bin/env node
const fs = require('node:fs');
const path = require('node:path');
const args = process.argv.slice(2);
const kind = process.env.FAKE_PIP;
fs.appendFileSync(process.env.FAKE_LOG, args[2] + '\\n');
if (kind === 'no-pip') { console.error('No module named pip'); process.exit(1); }
if (args.includes('--version')) { console.log('pip 23.2.1 from /somewhere'); process.exit(0); }
const folder = args[args.indexOf('--dest') + 1];
const target = path.join(folder, 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl');
if (kind === 'offline') {
  console.error("WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'");
  console.error('ERROR: No matching distribution found for tensorflow-cpu==2.21.0');
  process.exit(1);
}
if (kind === 'full') { console.error('ERROR: Could not install: [Errno 28] No space left on device'); process.exit(1); }
if (kind === 'slow') {
  fs.mkdirSync(path.join(folder, 'pip-unpack-1'));
  fs.writeFileSync(path.join(folder, 'pip-unpack-1', 'part.whl'), 'half');
  setTimeout(() => {}, 60000);
} else if (kind === 'damaged') fs.writeFileSync(target, 'not a wheel');
else fs.copyFileSync(process.env.FAKE_WHEEL, target);
`;

/** A zip archive whose files are stored uncompressed (APPNOTE.TXT 4.3). */
function storedZip(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

/** CRC-32; Node has one from 22.2 on. */
function crc(data: Buffer): number {
  if (typeof crc32 === 'function') return crc32(data);
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

describe.skipIf(process.platform === 'win32')('installing the engine', () => {
  let folder: string;
  let wheel: Wheel;
  let environment: NodeJS.ProcessEnv;
  const { main, framework } = libraryNames();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-'));
    const archive = storedZip({
      [`tensorflow/${main}`]: 'the library',
      'tensorflow/python/large.so': 'not wanted',
      [`tensorflow/${framework}`]: 'the framework',
    });
    await writeFile(join(folder, 'wheel'), archive);
    await writeFile(join(folder, 'python'), fakePython);
    await chmod(join(folder, 'python'), 0o755);
    wheel = {
      ...wheelsFor('cpu', 'linux', 'x64')[0]!,
      wanted: /^tensorflow\/(libtensorflow_[^/]+)$/,
      sha256: createHash('sha256').update(archive).digest('hex'),
    };
    environment = { INNEREYE_CACHE: join(folder, 'cache'), INNEREYE_PYTHON: join(folder, 'python') };
    Object.assign(process.env, { FAKE_WHEEL: join(folder, 'wheel'), FAKE_LOG: join(folder, 'log') });
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const install = (kind: string, more: object = {}) => {
    process.env.FAKE_PIP = kind;
    return installEngine({ wheels: [wheel], environment, ...more });
  };
  const downloads = async () =>
    (await readFile(join(folder, 'log'), 'utf8')).split('\n').filter(line => line === 'download').length;

  it('takes the two libraries out of the wheel and leaves nothing else', async () => {
    const steps: string[] = [];
    const where = await install('ok', { progress: ({ step }: InstallProgress) => steps.push(step) });
    expect(await readFile(join(where, main), 'utf8')).toBe('the library');
    expect((await readdir(where)).sort()).toEqual([main, framework].sort());
    expect(await readdir(join(where, '..'))).toEqual(['tensorflow-2.21.0-cpu']);
    expect(steps).toEqual(['downloading', 'checking', 'unpacking']);
  });

  it('does nothing where it is installed, and installs again when forced', async () => {
    await install('ok');
    await install('offline');
    expect(await downloads()).toBe(1);
    await install('ok', { force: true });
    expect(await downloads()).toBe(2);
  });

  it('is done once where several ask at the same time', async () => {
    await Promise.all([install('ok'), install('ok'), install('ok')]);
    expect(await downloads()).toBe(1);
  });

  it('takes over the lock of a process that is gone', async () => {
    const where = await install('ok');
    await rm(where, { recursive: true });
    // The highest process id that Linux gives is 2²² − 1.
    await writeFile(
      join(where, '..', 'install-cpu.lock'),
      JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }),
    );
    await install('ok');
    expect(await readFile(join(where, main), 'utf8')).toBe('the library');
  });

  it('can be cancelled in the middle of a download, and be done afterwards', async () => {
    const abort = new AbortController();
    const cancelled = install('slow', { signal: abort.signal });
    setTimeout(() => abort.abort(), 300);
    await expect(cancelled).rejects.toThrow('aborted');
    await install('ok');
  });

  it('uses a finished download of an interrupted installation again', async () => {
    const kept = join(folder, 'cache', 'engine', 'tensorflow-2.21.0-cpu.download', wheel.sha256.slice(0, 16));
    await mkdir(kept, { recursive: true });
    await copyFile(join(folder, 'wheel'), join(kept, 'a.whl'));
    const where = await install('offline');
    expect(await readFile(join(where, framework), 'utf8')).toBe('the framework');
  });

  it.each([
    ['no-pip', 'pip is missing', 'apt-get install python3-pip'],
    ['offline', 'no connection', 'INNEREYE_TENSORFLOW_LIBRARY'],
    ['full', 'the disk is full', 'INNEREYE_CACHE'],
    ['damaged', 'damaged or not the expected file', 'SHA-256'],
  ])('says what is wrong and what to do: %s', async (kind, what, remedy) => {
    await expect(install(kind)).rejects.toMatchObject({
      name: 'Fault',
      message: expect.stringContaining(what),
      remedy: expect.stringContaining(remedy),
    });
    // And the lock is gone.
    await install('ok');
  });

  it('says that Python is missing', async () => {
    const missing = { ...environment, INNEREYE_PYTHON: join(folder, 'nothing') };
    await expect(install('ok', { environment: missing })).rejects.toMatchObject({
      name: 'Fault',
      message: expect.stringContaining('Python 3 is missing'),
    });
  });
});

describe('wheels', () => {
  it('say which platform has none, and the way out', () => {
    expect(() => wheelsFor('cpu', 'win32', 'x64')).toThrow('no CPU build');
    expect(() => wheelsFor('gpu', 'darwin', 'arm64')).toThrow('no GPU build');
    expect(wheelsFor('cpu', 'darwin', 'arm64')[0]!.wanted.test('tensorflow/libtensorflow_cc.2.dylib')).toBe(
      true,
    );
  });

  it('have their size read off pip’s announcement', () => {
    expect(announcedSize('Downloading tensorflow_cpu-2.21.0-cp311.whl (274.3 MB)\n')).toBe(274_300_000);
    expect(announcedSize('Looking in indexes')).toBeUndefined();
  });
});
