import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { Desk } from './desk.ts';
import { StandInModel } from './fixtures/stand-in-model.ts';
import { createService, type Service } from './service.ts';
import { Spool } from './spool.ts';

const SECRET = 'a long secret';
const root = mkdtempSync(join(tmpdir(), 'innereye-service-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let models: StandInModel[] = [];
let spool: Spool;
let service: Service;
let address = '';
let logged: Record<string, string | number>[] = [];
let closed = false;

const limits = {
  waiting: 3,
  waitingOfClient: 3,
  keep: 60_000,
  largestBody: 1000,
  largestUnpacked: 1000,
  largestHeld: 10_000,
};
async function serve(options: Partial<typeof limits> = {}, requestTimeout = 60_000): Promise<void> {
  models = [new StandInModel('lung'), new StandInModel('brain', 2)];
  spool = await Spool.create(root);
  logged = [];
  closed = false;
  service = createService({
    desk: new Desk(models, spool, { ...limits, ...options }),
    secret: SECRET,
    requestTimeout,
    onLog: entry => void logged.push(entry),
  });
  address = await service.app.listen({ host: '127.0.0.1', port: 0 });
}
beforeEach(() => serve());
afterEach(async () => {
  for (const model of models) model.release();
  if (!closed) await service.close();
});

const close = () => {
  closed = true;
  return service.close();
};
const ask = (path: string, options: RequestInit & { secret?: string | undefined } = {}) => {
  const { secret = SECRET, headers, ...rest } = options;
  return fetch(`${address}${path}`, { ...rest, headers: { API_AUTH_SECRET: secret, ...headers } });
};
const send = (path: string, body: string) => ask(path, { method: 'POST', body });
const start = async (body: string, model = 'lung:1') => (await send(`/v1/model/start/${model}`, body)).text();
const onDisk = () => readdirSync(spool.folder).filter(name => name !== '.owner');

/** The answer to a result that is waited for. */
async function result(id: string): Promise<Response> {
  return vi.waitFor(
    async () => {
      const answer = await ask(`/v1/model/results/${id}`);
      if (answer.status === 202) throw new Error('not yet');
      return answer;
    },
    { timeout: 60_000, interval: 20 },
  );
}

describe("InnerEye-Inference's interface", () => {
  it('answers a ping to those who know the secret', async () => {
    const answer = await ask('/v1/ping');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toBe('');
    const without = await fetch(`${address}/v1/ping`);
    expect(without.status).toBe(401);
    expect(without.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await without.json()).toMatchObject({
      code: 'UNAUTHORIZED',
      status: 401,
      title: 'NoAuthenticationInformation',
    });
    for (const secret of ['wrong', `${SECRET}x`, SECRET.slice(1), '']) {
      const wrong = await ask('/v1/ping', { secret });
      expect(wrong.status).toBe(403);
      expect(await wrong.json()).toMatchObject({ code: 'FORBIDDEN', title: 'AuthenticationFailed' });
    }
  });

  it('takes a scan, says that it is not done, and gives an archive with one file', async () => {
    const answer = await send('/v1/model/start/brain:2', 'hang on');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'text/plain']);
    const id = await answer.text();
    const early = await ask(`/v1/model/results/${id}`);
    expect([early.status, early.headers.get('content-type'), await early.text()]).toEqual([
      202,
      'text/html; charset=utf-8',
      '',
    ]);
    await vi.waitFor(() => expect(models[1]!.tasks).toHaveLength(1), { timeout: 60_000 });
    const released = setInterval(() => models[1]!.release(), 20);
    const done = await result(id);
    clearInterval(released);
    expect([done.status, done.headers.get('content-type')]).toEqual([200, 'application/zip']);
    const zip = await fromBufferPromise(Buffer.from(await done.arrayBuffer()), {});
    const names: string[] = [];
    for await (const entry of zip.eachEntry()) names.push(entry.fileName);
    expect(names).toEqual(['segmentation.dcm']);
    // The scan itself is gone.
    expect(readdirSync(join(spool.folder, id))).toEqual(['result']);
  });

  it('says in its words what is wrong', async () => {
    const unknown = await send('/v1/model/start/none:1', 'scan');
    expect(await unknown.json()).toMatchObject({ status: 404, extra_details: 'InvalidModelId' });
    const unversioned = await send('/v1/predict?model=lung', 'scan');
    expect(await unversioned.json()).toMatchObject({
      status: 404,
      extra_details: 'InvalidModelId',
      detail: expect.stringMatching(/named NAME:VERSION; served here: lung:1/),
    });
    const id = await ask('/v1/model/results/none');
    expect(await id.json()).toMatchObject({ status: 404, extra_details: 'InvalidRunId' });
    const bad = await result(await start('bad scan'));
    expect(await bad.json()).toMatchObject({
      status: 400,
      extra_details: 'InvalidZipFile',
      title: 'InvalidInput',
    });
    const crash = await result(await start('crash'));
    const error = (await crash.json()) as object;
    expect(error).toMatchObject({ status: 500, code: 'INTERNAL_SERVER_ERROR' });
    expect(JSON.stringify(error)).not.toContain('a defect');
    expect((await ask('/v1/nothing')).status).toBe(404);
    expect((await ask('/v1/model/start/lung:1', { method: 'POST' })).status).toBe(400);
  });

  it.each([
    '..%2f..%2fetc:1',
    '%2e%2e%2fx:1',
    'lung:1%00',
    `${'a'.repeat(150)}:1`,
    '__proto__:1',
    'constructor',
  ])('knows no model %s', async name => {
    expect((await send(`/v1/model/start/${name}`, 'scan')).status).toBe(404);
    expect(onDisk()).toEqual([]);
  });
});

describe('the simple interface', () => {
  it('answers with the segmentation, and leaves nothing behind', async () => {
    const answer = await send('/v1/predict?model=lung:1&format=nifti', 'scan');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/gzip']);
    expect(await answer.text()).toBe('lung:1|scan');
    expect(models[0]!.tasks[0]).toMatchObject({ format: 'nifti' });
    await vi.waitFor(() => expect(onDisk()).toEqual([]), { timeout: 60_000 });
  });

  it('asks which model where there are several, and refuses what it does not know', async () => {
    const which = await send('/v1/predict', 'scan');
    expect(await which.json()).toMatchObject({ status: 400, detail: 'Say which model: lung:1, brain:2.' });
    for (const query of ['format=jpeg', 'series=../x', 'other=1']) {
      expect((await send(`/v1/predict?model=lung:1&${query}`, 'scan')).status).toBe(400);
    }
    expect(onDisk()).toEqual([]);
  });

  it('answers at AzureML’s scoring path, to those who know the secret', async () => {
    expect(await (await send('/score?model=lung:1', 'scan')).text()).toBe('lung:1|scan');
    expect((await ask('/score', { method: 'POST', body: 'scan', secret: 'x' })).status).toBe(403);
  });

  it('says without a secret that it lives, what it measures and how it is talked to', async () => {
    const get = (path: string) => fetch(`${address}${path}`);
    for (const path of ['/', '/health/live', '/health/ready']) expect((await get(path)).status).toBe(200);
    models[0]!.ready = false;
    expect((await get('/health/ready')).status).toBe(503);
    const { paths } = (await (await get('/openapi.json')).json()) as { paths: Record<string, object> };
    for (const path of Object.keys(paths)) {
      const there = path.replace(/\{model\}/, 'lung:1').replace(/\{id\}/, 'none');
      const method = 'post' in paths[path]! ? 'POST' : 'GET';
      const answer = await ask(there, { method, ...(method === 'POST' && { body: 'bad' }) });
      expect([path, answer.status === 404 && !path.includes('results')]).toEqual([path, false]);
    }
    expect(await (await get('/metrics')).text()).toContain('innereye_scans_waiting{model="lung:1"} 0');
  });

  it('gives each request an id of its own', async () => {
    const answer = await ask('/v1/ping', { headers: { 'x-request-id': 'Jane-Doe' } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('limits', () => {
  it('refuse scans beyond those that may wait, and of one client beyond its share', async () => {
    await start('hang');
    await vi.waitFor(() => expect(models[0]!.tasks).toHaveLength(1), { timeout: 60_000 });
    for (let i = 0; i < 3; i++) expect((await send('/v1/model/start/lung:1', 'scan')).status).toBe(201);
    const full = await send('/v1/model/start/lung:1', 'scan');
    expect([full.status, full.headers.get('retry-after')]).toEqual([503, '10']);
    // Another model has a queue of its own.
    expect((await send('/v1/model/start/brain:2', 'scan')).status).toBe(201);
    models[0]!.release();
    await service.close();
    await serve({ waiting: 3, waitingOfClient: 1 });
    await start('hang');
    await vi.waitFor(() => expect(models[0]!.tasks).toHaveLength(1), { timeout: 60_000 });
    expect((await send('/v1/model/start/lung:1', 'scan')).status).toBe(201);
    expect((await send('/v1/model/start/lung:1', 'scan')).status).toBe(429);
  });

  it('refuse a body that is too large, by what it says and by what it is', async () => {
    expect((await send('/v1/predict?model=lung:1', 'x'.repeat(1001))).status).toBe(413);
    const endless = new ReadableStream({ pull: stream => stream.enqueue(new Uint8Array(400)) });
    const sent = ask('/v1/predict?model=lung:1', {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit);
    // Node's client may lose the connection before it reads the answer.
    const status = await sent.then(
      answer => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    const claims = await fetchRaw('POST /v1/predict?model=lung:1 HTTP/1.1', 'Content-Length: 2147483648');
    expect(claims).toContain('413');
    await vi.waitFor(() => expect(onDisk()).toEqual([]), { timeout: 60_000 });
    expect(models[0]!.tasks).toEqual([]);
    expect((await ask('/v1/ping')).status).toBe(200);
  });

  it('end a client that is too slow, and leave nothing of what it sent', async () => {
    await close();
    await serve({}, 300);
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    const gone = new Promise(resolve => socket.resume().once('close', resolve));
    socket.on('error', () => {});
    socket.write(
      `POST /v1/predict?model=lung:1 HTTP/1.1\r\nHost: x\r\nAPI_AUTH_SECRET: ${SECRET}\r\nContent-Length: 900\r\n\r\nslow`,
    );
    await vi.waitFor(() => expect(onDisk()).toHaveLength(1), { timeout: 60_000 });
    await gone;
    await vi.waitFor(() => expect(onDisk()).toEqual([]), { timeout: 60_000 });
    expect(models[0]!.tasks).toEqual([]);
    expect((await ask('/v1/ping')).status).toBe(200);
  });

  it('count scans that still come in, and give their places back when they stay away', async () => {
    await close();
    await serve({ waiting: 2 });
    const slow = [arriving(900), arriving(900)];
    await vi.waitFor(() => expect(onDisk()).toHaveLength(2), { timeout: 60_000 });
    expect((await send('/v1/predict?model=lung:1', 'scan')).status).toBe(503);
    for (const socket of slow) socket.destroy();
    await vi.waitFor(() => expect(onDisk()).toEqual([]), { timeout: 60_000 });
    expect((await send('/v1/predict?model=lung:1', 'scan')).status).toBe(200);
  });

  it('count bytes of all models together', async () => {
    await close();
    await serve({ largestHeld: 1000 });
    const slow = arriving(900);
    await vi.waitFor(() => expect(onDisk()).toHaveLength(1), { timeout: 60_000 });
    expect((await send('/v1/predict?model=brain:2', 'x'.repeat(101))).status).toBe(503);
    expect((await send('/v1/predict?model=brain:2', 'x'.repeat(100))).status).toBe(200);
    slow.destroy();
    await vi.waitFor(() => expect(onDisk()).toEqual([]), { timeout: 60_000 });
    expect((await send('/v1/predict?model=brain:2', 'x'.repeat(1000))).status).toBe(200);
  });

  it('keep nothing of a scan that ends in a defect', async () => {
    const id = await start('crash');
    expect((await result(id)).status).toBe(500);
    expect(onDisk()).toEqual([]);
  });

  it('keep results as long as configured, then nothing', async () => {
    await close();
    await serve({ keep: 200 });
    const id = await start('scan');
    await vi.waitFor(async () => expect((await ask(`/v1/model/results/${id}`)).status).toBe(404), {
      timeout: 60_000,
    });
    await vi.waitFor(() => expect(onDisk()).toEqual([]), { timeout: 60_000 });
  });

  it('take back a scan whose client goes before its turn', async () => {
    await start('hang');
    await vi.waitFor(() => expect(models[0]!.tasks).toHaveLength(1), { timeout: 60_000 });
    const impatient = new AbortController();
    const sent = ask('/v1/predict?model=lung:1', { method: 'POST', body: 'scan', signal: impatient.signal });
    await vi.waitFor(() => expect(onDisk()).toHaveLength(2), { timeout: 60_000 });
    impatient.abort();
    await expect(sent).rejects.toThrow();
    await vi.waitFor(() => expect(onDisk()).toHaveLength(1), { timeout: 60_000 });
    expect(models[0]!.tasks).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('ends the scan under way, refuses those that wait, and leaves nothing', async () => {
    const running = ask('/v1/predict?model=lung:1', { method: 'POST', body: 'hang' });
    await vi.waitFor(() => expect(models[0]!.tasks).toHaveLength(1), { timeout: 60_000 });
    const waiting = ask('/v1/predict?model=lung:1', { method: 'POST', body: 'scan' });
    await vi.waitFor(() => expect(onDisk()).toHaveLength(2), { timeout: 60_000 });
    const stopped = close();
    expect((await waiting).status).toBe(503);
    models[0]!.release();
    const answer = await running;
    expect([answer.status, await answer.text()]).toEqual([200, 'lung:1|hang']);
    await stopped;
    expect(existsSync(spool.folder)).toBe(false);
  });
});

describe('the log', () => {
  it('has a line for each request, and nothing that a client wrote', async () => {
    await send('/v1/predict?model=lung:1&series=1.2.3', 'bad Jane^Doe');
    await send('/v1/model/start/Jane-Doe:1', 'scan');
    await ask('/v1/patients/Jane^Doe', { headers: { 'x-request-id': 'Jane-Doe' } });
    await vi.waitFor(() => expect(logged).toHaveLength(3), { timeout: 60_000 });
    expect(logged[0]).toMatchObject({ method: 'POST', route: '/v1/predict', status: 400 });
    expect(JSON.stringify(logged)).not.toMatch(/Jane|1\.2\.3|secret/);
  });
});

describe('a spool', () => {
  it('of a service that was killed goes when another begins, that of a living one stays', async () => {
    const parent = mkdtempSync(join(root, 'spools-'));
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const gone = new Promise(resolve => child.once('exit', resolve));
    const killed = join(parent, 'innereye-serve-killed');
    mkdirSync(join(killed, 'scan'), { recursive: true });
    writeFileSync(join(killed, '.owner'), JSON.stringify({ pid: child.pid, host: hostname() }));
    const first = await Spool.create(parent);
    expect(existsSync(killed)).toBe(true);
    child.kill('SIGKILL');
    await gone;
    await Spool.create(parent);
    expect([existsSync(killed), existsSync(first.folder)]).toEqual([false, true]);
  });
});

/** A request whose body never comes whole. */
function arriving(bytes: number) {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `POST /v1/predict?model=lung:1 HTTP/1.1\r\nHost: x\r\nAPI_AUTH_SECRET: ${SECRET}\r\nContent-Length: ${bytes}\r\n\r\nslow`,
  );
  return socket;
}

/** An answer to a request without its body. */
async function fetchRaw(line: string, header: string): Promise<string> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.write(`${line}\r\nHost: x\r\nAPI_AUTH_SECRET: ${SECRET}\r\n${header}\r\n\r\n`);
  let answer = '';
  socket.on('error', () => {});
  for await (const chunk of socket) answer += String(chunk);
  return answer.split('\r\n')[0]!;
}
