// npm run bench:viewer: how soon a 512 × 512 × 300 int16 .nii.gz is seen in the viewer and in plain NiiVue, in the same
// browser; and how long it takes to switch each of 40 structures on and off.
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { webviews } from '../../scripts/bundling.mjs';
import { launchBrowser } from '../../scripts/vscode-host/browser.mjs';

const SIZE = [512, 512, 300];
const ALLOWED = 1.3;
const folder = mkdtempSync(join(tmpdir(), 'innereye-bench-viewer-'));
const TYPES = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

function niftiHeader([x, y, z], code, bytes, intent) {
  const header = Buffer.alloc(352);
  header.writeInt32LE(348, 0);
  for (const [i, size] of [3, x, y, z, 1, 1, 1, 1].entries()) header.writeInt16LE(size, 40 + 2 * i);
  header.writeInt16LE(intent, 68);
  header.writeInt16LE(code, 70);
  header.writeInt16LE(8 * bytes, 72);
  for (const [i, length] of [1, 0.8, 0.8, 1.5].entries()) header.writeFloatLE(length, 76 + 4 * i);
  header.writeFloatLE(352, 108);
  header.writeFloatLE(1, 112);
  header.writeInt16LE(1, 254);
  const affine = [0.8, 0, 0, -204, 0, 0.8, 0, -204, 0, 0, 1.5, -225];
  for (const [i, entry] of affine.entries()) header.writeFloatLE(entry, 280 + 4 * i);
  header.write('n+1\0', 344, 'latin1');
  return header;
}

/** Something like a body in computed tomography, with noise, which is what takes long to inflate. */
function makeScan([X, Y, Z]) {
  const voxels = new Int16Array(X * Y * Z);
  let seed = 1;
  for (let z = 0, i = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++) {
      for (let x = 0; x < X; x++, i++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
        const noise = (seed >>> 27) - 16;
        voxels[i] =
          ((x - X / 2) / 200) ** 2 + ((y - Y / 2) / 140) ** 2 < 1 ? 40 + noise : -1000 + (noise >> 2);
      }
    }
  }
  return Buffer.concat([niftiHeader([X, Y, Z], 4, 2, 0), Buffer.from(voxels.buffer)]);
}

/** 40 columns of labels. */
function makeLabels([X, Y, Z]) {
  const voxels = new Uint8Array(X * Y * Z);
  for (let z = 0, i = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++) {
      for (let x = 0; x < X; x++, i++)
        voxels[i] = y > 150 && y < 350 ? 1 + (Math.floor((x * 40) / X) % 40) : 0;
    }
  }
  return Buffer.concat([niftiHeader([X, Y, Z], 2, 1, 1002), Buffer.from(voxels.buffer)]);
}

const PAGES = {
  '/viewer.html': `<!DOCTYPE html><link rel="stylesheet" href="/viewer.css"><body class="vscode-dark"><div id="root" style="height:100vh"></div>
<script>window.posted = []; window.acquireVsCodeApi = () => ({ postMessage: m => posted.push(m), getState() {}, setState() {} });</script>
<script type="module" src="/viewer.js"></script>`,
  '/niivue.html': `<!DOCTYPE html><body style="margin:0"><canvas id="c" width="1400" height="900"></canvas>
<script type="module" src="/niivue.js"></script>`,
};

async function serve() {
  for (const options of webviews(folder)) {
    if (JSON.stringify(options.entryPoints).includes('viewer')) await build(options);
  }
  const peer = `import { Niivue } from '@niivue/niivue';
    window.show = async url => {
      const niivue = new Niivue({ loadingText: '', logLevel: 'error' });
      await niivue.attachToCanvas(document.getElementById('c'));
      await niivue.loadVolumes([{ url }]);
      niivue.drawScene();
      await new Promise(requestAnimationFrame);
    };`;
  await build({
    stdin: { contents: peer, resolveDir: '.' },
    outfile: join(folder, 'niivue.js'),
    bundle: true,
    format: 'esm',
    external: ['numcodecs/*'],
    minify: true,
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'scan.nii.gz'), gzipSync(makeScan(SIZE), { level: 1 }));
  writeFileSync(join(folder, 'labels.nii.gz'), gzipSync(makeLabels(SIZE), { level: 1 }));
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    response.setHeader('content-type', TYPES[path.split('.').at(-1)] ?? 'application/octet-stream');
    if (PAGES[path]) response.end(PAGES[path]);
    else
      createReadStream(join(folder, path))
        .on('error', () => response.writeHead(404).end())
        .pipe(response);
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const scene = names => ({
  type: 'scene',
  scene: {
    title: 'bench',
    views: [
      { title: 'bench', volumes: names.map(name => ({ id: name, name, file: `/${name}`, url: `/${name}` })) },
    ],
  },
});

async function open(browser, height) {
  const page = await browser.newPage({ viewport: { width: 1400, height } });
  page.setDefaultTimeout(120_000);
  return page;
}

/** Milliseconds from asking for the scan until the middle axial slice has its voxels on the screen, and until all are there. */
async function viewerTime(browser, url) {
  const page = await open(browser, 900);
  await page.goto(`${url}/viewer.html`);
  await page.waitForFunction(() => posted.some(({ type }) => type === 'ready'));
  const times = await page.evaluate(
    async message => {
      const start = performance.now();
      window.postMessage(message, '*');
      const frame = () => new Promise(requestAnimationFrame);
      const seen = () => {
        const canvas = document.querySelector('canvas[data-plane=axial]');
        if (!canvas?.width) return false;
        // A place beside the crosshair and the letters, inside of the body.
        const [r] = canvas
          .getContext('2d')
          .getImageData(canvas.width / 2 + 25, canvas.height / 2 + 25, 1, 1).data;
        return r > 60;
      };
      while (!seen()) await frame();
      const first = performance.now() - start;
      while (document.querySelector('.volumes progress')) await frame();
      return { first, whole: performance.now() - start };
    },
    scene(['scan.nii.gz']),
  );
  await page.close();
  return times;
}

async function niivueTime(browser, url) {
  const page = await open(browser, 900);
  await page.goto(`${url}/niivue.html`);
  await page.waitForFunction(() => window.show);
  const time = await page.evaluate(async () => {
    const start = performance.now();
    await show('/scan.nii.gz');
    return performance.now() - start;
  });
  await page.close();
  return time;
}

/** Milliseconds from a click until all three planes are drawn, for each structure off and on again. */
async function switchTimes(browser, url) {
  const page = await open(browser, 2000);
  await page.goto(`${url}/viewer.html`);
  await page.waitForFunction(() => posted.some(({ type }) => type === 'ready'));
  await page.evaluate(message => window.postMessage(message, '*'), scene(['scan.nii.gz', 'labels.nii.gz']));
  await page.waitForFunction(() => document.querySelectorAll('.swatch').length === 40, null, {
    timeout: 120_000,
  });
  await page.waitForTimeout(500);
  const requests = [];
  page.on('request', request => requests.push(request.url()));
  const times = await page.evaluate(async () => {
    const planes = [...document.querySelectorAll('canvas[data-plane]')];
    const drawn = () => planes.map(canvas => Number(canvas.dataset.drawn));
    const found = [];
    for (let index = 0; index < 80; index++) {
      const before = drawn();
      const start = performance.now();
      document.querySelectorAll('.swatch')[index >> 1].click();
      while (drawn().some((count, i) => count === before[i])) await new Promise(requestAnimationFrame);
      found.push(performance.now() - start);
    }
    return found;
  });
  await page.close();
  return { times: times.sort((a, b) => a - b), requests };
}

const server = await serve();
const browser = await launchBrowser();
try {
  const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];
  const [ours, wholes, theirs] = [[], [], []];
  for (let round = 0; round < 3; round++) {
    const { first, whole } = await viewerTime(browser, server.url);
    ours.push(first);
    wholes.push(whole);
    theirs.push(await niivueTime(browser, server.url));
  }
  const ratio = median(ours) / median(theirs);
  console.log(
    `first slice of ${SIZE.join(' × ')} int16: viewer ${Math.round(median(ours))} ms (all voxels ${Math.round(median(wholes))} ms), NiiVue 0.69 ${Math.round(median(theirs))} ms: ${ratio.toFixed(2)} × (at most ${ALLOWED})`,
  );
  const { times, requests } = await switchTimes(browser, server.url);
  console.log(
    `40 structures off and on: median ${Math.round(times[40])} ms, slowest ${Math.round(times[79])} ms, ${requests.length} requests`,
  );
  if (ratio > ALLOWED || requests.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
