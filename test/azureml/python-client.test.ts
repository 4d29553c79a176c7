import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { description } from './control.ts';
import { findPython } from './python/environment.ts';
import { StandIn } from './stand-in.ts';

const python = findPython();

describe.skipIf('missing' in python)(
  `Microsoft's Python client${'missing' in python ? ` (${python.missing})` : ''}`,
  () => {
    let standIn: StandIn;
    let folder: string;

    beforeAll(async () => {
      standIn = await StandIn.start();
      folder = await mkdtemp(join(tmpdir(), 'azureml-python-'));
    });

    afterAll(async () => {
      await standIn.close();
      await rm(folder, { recursive: true });
    });

    it('submits, lists, reads and cancels jobs of the stand-in', { timeout: 180_000 }, async () => {
      const { azure } = description({ at: () => standIn.origin, authorityFile: standIn.authorityFile });
      const program = resolve('test/azureml/python/azure_ai_ml.py');
      const given = [program, standIn.origin, folder, JSON.stringify(azure)];
      const { PATH, HOME } = process.env;
      const { stdout } = await promisify(execFile)((python as { program: string }).program, given, {
        env: {
          PATH,
          HOME,
          ARM_CLOUD_METADATA_URL: `${standIn.origin}/metadata/endpoints?api-version=2019-05-01`,
          REQUESTS_CA_BUNDLE: standIn.authorityFile,
          SSL_CERT_FILE: standIn.authorityFile,
        },
        timeout: 170_000,
      });
      const seen = JSON.parse(/^SEEN (.*)$/m.exec(stdout)![1]!);
      expect(seen).toMatchObject({
        computes: ['cpu-cluster', 'gpu-low-priority', 'gpu-no-quota'],
        made: 'low_priority',
        datastore: 'workspaceblobstore',
        single: { status: 'Completed', experiment: 'python', tags: { from: 'python' } },
        listed: true,
        sweep: { status: 'Completed', children: 3 },
        pipeline: { status: 'Completed', children: 2 },
        cancelled: 'Canceled',
        model: { version: '1', tags: { dice: '0.9' } },
        missing: [404, 'NotFound'],
      });
      expect(seen.code[0]).toBe(seen.code[1]);
    });
  },
);
