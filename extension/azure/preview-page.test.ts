import { describe, expect, it } from 'vitest';
import type { SubmissionPreview } from '../../src/contracts/azure-preview.ts';
import { previewPage } from './preview-page.ts';

const PREVIEW: SubmissionPreview = {
  job: 'abdomen-1',
  workspace: 'https://management.azure.com/subscriptions/s/workspaces/w',
  cluster: 'gpu',
  estimate: ['uses one node of gpu: low-priority NC6', 'list price $0.12 an hour, at most $1.44 in 12 h'],
  warnings: ['the cluster could not be asked for: <down>'],
  code: { name: 'innereye-1', files: [{ path: 'innereye-job/config.innereye.yaml', bytes: 1200 }] },
  leftOut: [{ path: '.env', why: 'a secret by its name' }],
  environment: { name: 'innereye:1', files: 12, bytes: 3_200_000 },
  uploads: [
    {
      what: 'the data set',
      from: '/d',
      datastore: 'blobs',
      folder: 'innereye/data/d',
      files: 20,
      bytes: 5e7,
    },
  ],
  requests: [
    { method: 'GET', path: '/computes/gpu' },
    { method: 'PUT', path: '/jobs/abdomen-1', body: { properties: { command: 'a "b" </script>' } } },
  ],
  digest: '0',
};
const PAGE = { model: '<abdomen>', nonce: 'n', cspSource: 'https://editor.example' };

describe('the page of a preview', () => {
  const page = previewPage(PREVIEW, PAGE);

  it('says what leaves the machine, what it costs, and every request', () => {
    for (const text of [
      '20',
      '50.0 MB',
      'blobs/innereye/data/d',
      'at most $1.44 in 12 h',
      'GET /computes/gpu',
    ])
      expect(page).toContain(text);
    expect(page).toContain('.env: a secret by its name');
    expect(page).toContain('innereye:1, built if it is new');
    const image = previewPage({ ...PREVIEW, environment: { name: 'i:1', image: 'registry/x:1' } }, PAGE);
    expect(image).toContain('image registry/x:1');
  });

  it('writes what comes from outside as text', () => {
    expect(page).toContain('Train &lt;abdomen&gt; on AzureML');
    expect(page).toContain('&lt;down&gt;');
    expect(page).toContain('a \\&quot;b\\&quot; &lt;/script&gt;');
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('takes all colours from the theme', () => {
    expect(page).not.toMatch(/#[0-9a-f]{3,8}\b|rgb\(/i);
  });
});
