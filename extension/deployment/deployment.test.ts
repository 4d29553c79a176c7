import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { Fault } from '../../src/foundation/fault.ts';
import { fixture } from '../../src/volume/fixtures/goldens.ts';
import { readDicomTags } from '../../src/volume/formats/dicom-tags.ts';
import { seriesIn } from '../viewer/dicom-series.ts';
import { startLocalService } from './local-service.ts';
import { sendScan } from './send-scan.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-deployment-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A program that stands in for the command line. */
function program(script: string) {
  const file = join(root, 'program.mjs');
  writeFileSync(file, script);
  return { command: process.execPath, args: [file], env: {} };
}

describe('a local service', () => {
  it('is there when it listens, with a secret of its own, and gone when it is stopped', async () => {
    const lines: string[] = [];
    const script = `
      console.error('loading');
      console.log('lung:1 at http://127.0.0.1:' + process.argv[5] + (process.env.API_AUTH_SECRET.length > 20 ? '1' : ''));
      setInterval(() => {}, 1000);`;
    const service = await startLocalService(program(script), 'x.zip', line => void lines.push(line));
    expect(service).toMatchObject({ model: 'lung:1', address: 'http://127.0.0.1:--port1' });
    expect(lines.join()).not.toContain(service.secret);
    service.stop();
    await service.ended;
  });

  it('leaves no process behind where it is stopped before it listens', async () => {
    const stop = new AbortController();
    const script = `console.error('pid ' + process.pid); setInterval(() => {}, 1000)`;
    let pid = 0;
    const started = startLocalService(
      program(script),
      'x.zip',
      line => {
        pid = Number(/\d+/.exec(line)![0]);
        stop.abort(new Error('closed'));
      },
      stop.signal,
    );
    await expect(started).rejects.toThrow('closed');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('says what the program said where it cannot serve', async () => {
    const script = `console.error('no bundle of a model\\n  at x.zip\\n  Export again.'); process.exit(1)`;
    const fault = await startLocalService(program(script), 'x.zip', () => {}).catch(
      (error: unknown) => error,
    );
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ message: 'no bundle of a model', remedy: 'Export again.' });
  });
});

async function namesIn(archive: Buffer): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of (await fromBufferPromise(archive, {})).eachEntry()) names.push(entry.fileName);
  return names;
}

describe('a scan that is sent', () => {
  let server: Server | undefined;
  const signal = new AbortController().signal;

  /** What the service is asked, and what it answers. */
  async function serve(status: number, answer: string) {
    const asked: { url: string; secret: unknown; body: Buffer }[] = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const secret = request.headers.api_auth_secret;
        asked.push({ url: request.url!, secret, body: Buffer.concat(chunks) });
        response.writeHead(status).end(answer);
      });
    });
    await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    return { asked, service: { address: `http://127.0.0.1:${port}`, secret: 's', model: 'lung:1' } };
  }

  it('comes back as a label map in a folder of its name', async () => {
    const { asked, service } = await serve(200, 'labels');
    const scan = join(root, 'case 1.nii.gz');
    writeFileSync(scan, 'voxels');
    const labels = await sendScan(service, scan, join(root, 'out'), { signal });
    expect(labels).toBe(join(root, 'out/case 1/segmentation.nii.gz'));
    expect(readFileSync(labels, 'utf8')).toBe('labels');
    expect(asked).toEqual([
      { url: '/v1/predict?model=lung%3A1&format=nifti', secret: 's', body: Buffer.from('voxels') },
    ]);
    server!.close();
  });

  it('goes as an archive where it is a folder, without the names of its files', async () => {
    const { asked, service } = await serve(200, 'labels');
    const folder = mkdtempSync(join(root, 'series-'));
    writeFileSync(join(folder, 'Jane Doe.dcm'), 'slice');
    await sendScan(service, folder, join(root, 'out'), { signal });
    expect(await namesIn(asked[0]!.body)).toEqual(['0.dcm']);
    server!.close();
  });

  it('is the series of the slice in front, without the others of its folder', async () => {
    const { asked, service } = await serve(200, 'labels');
    const slice = fixture('dicom/two/11.dcm');
    const uid = (await readDicomTags(slice)).get('SeriesInstanceUID')!;
    const there = await seriesIn(fixture('dicom/two'));
    await sendScan(service, slice, join(root, 'out'), { signal });
    await sendScan(service, fixture('dicom/two'), join(root, 'out'), { series: uid, signal });
    for (const { url, body } of asked) {
      expect(url).toContain(`series=${uid}`);
      expect(await namesIn(body)).toHaveLength(there.find(series => series.uid === uid)!.images);
    }
    expect(there).toHaveLength(2);
    server!.close();
  });

  it('is told of where the service does not want it, or is gone', async () => {
    const { service } = await serve(400, '{"detail":"the channels differ"}');
    const scan = join(root, 'scan.nii');
    writeFileSync(scan, 'voxels');
    await expect(sendScan(service, scan, root, { signal })).rejects.toThrow(
      'not segmented: the channels differ',
    );
    await new Promise(resolve => server!.close(resolve));
    await expect(sendScan(service, scan, root, { signal })).rejects.toThrow('does not answer');
  });
});
