// npm run bench:debugger [-- CONFIG DATASET]: from launch to the first stop, and how fast steps answer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DebugClient } from '@vscode/debugadapter-testsupport';

const config = resolve(process.argv[2] ?? 'examples/hippocampus.innereye.yaml');
const data = resolve(process.argv[3] ?? '../shared/data/hippocampus');
const STEPS = 40;
const folder = mkdtempSync(join(tmpdir(), 'innereye-bench-'));
const adapter = join(folder, 'adapter.mjs');
writeFileSync(
  adapter,
  `process.argv.push('debug-adapter'); await import(${JSON.stringify(pathToFileURL(resolve('dist/innereye.js')).href)});`,
);
const client = new DebugClient(process.execPath, adapter, 'innereye');
client.defaultTimeout = 60_000;
const stop = async act => {
  const stopped = client.waitForEvent('stopped');
  await act();
  return (await stopped).body;
};
try {
  const began = performance.now();
  await client.start();
  await client.initializeRequest();
  const initialized = client.waitForEvent('initialized');
  await client.launch({ config, set: [`dataset.path=${data}`], output: folder, stopOnEntry: true });
  await initialized;
  await client.setExceptionBreakpointsRequest({ filters: ['nan', 'shape', 'memory', 'error'] });
  let { threadId } = await stop(() => client.configurationDoneRequest());
  console.log(`first stop      ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const times = [];
  for (let step = 0; step < STEPS; step++) {
    const start = performance.now();
    ({ threadId } = await stop(() => client.nextRequest({ threadId })));
    const { body } = await client.stackTraceRequest({ threadId });
    const { scopes } = (await client.scopesRequest({ frameId: body.stackFrames[0].id })).body;
    for (const { variablesReference } of scopes) await client.variablesRequest({ variablesReference });
    times.push({ name: body.stackFrames[0].name, milliseconds: performance.now() - start });
  }
  times.sort((a, b) => a.milliseconds - b.milliseconds);
  const at = share => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  console.log(`step over       ${at(0.5).milliseconds.toFixed(0)} ms (median), with stack and variables`);
  console.log(
    `95th percentile ${at(0.95).milliseconds.toFixed(0)} ms; slowest ${times.at(-1).milliseconds.toFixed(0)} ms at ${times.at(-1).name}`,
  );
} finally {
  await client.disconnectRequest().catch(() => {});
  await client.stop().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
}
