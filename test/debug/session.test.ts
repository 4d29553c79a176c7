import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeVisitsCohort } from '../../src/dataset/synthetic/visits-cohort.ts';
import { readVolume } from '../../src/volume/read.ts';
import { onlyRun, programMissing, run, start } from '../training/program.ts';

const BASE = `task: segmentation
dataset:
  path: ./data
  format: csv
  channels: [mr]
  structures:
    - { name: liver }
    - { name: kidneys }
  splits: { train: 0.6, validation: 0.2, test: 0.2 }
preprocessing:
  - resample: { spacing_mm: [5, 4, 4] }
  - normalize: { method: z-score }
sampling: { crop_size: [16, 24, 24], class_weights: [0.4, 0.3, 0.3] }
augmentation:
  - random_affine: { probability: 1 }
  - random_noise: { probability: 1, deviation: [0.1, 0.2] }
  - random_brightness: { probability: 1, shift: [0.5, 0.6] }
`;
const CHILD = `extends: ./base.innereye.yaml
name: debugged
architecture: { name: plain_unet, features: 4, levels: 3, normalization: batch }
loss:
  name: mixture
  components:
    - { name: soft_dice, squared: false }
    - { name: cross_entropy }
optimizer: { name: adamw, learning_rate: 1e-2 }
schedule: { name: constant }
training: { epochs: 2, batch_size: 2, threads: 2 }
validation: { every_epochs: 1 }
inference: { window: [24, 32, 32] }
`;

const VISITS = `task: sequence
dataset:
  path: ./visits
  features: { numerical: [marker] }
  sequence: { column: visit }
  targets: { column: relapse }
architecture: { name: mlp, hidden: [4], recurrence: { name: gru, hidden: 4 } }
loss: { name: cross_entropy }
training: { epochs: 1, batch_size: 4 }
`;

describe.skipIf(programMissing)(`debugging a configuration ${programMissing}`, () => {
  let folder: string;
  let base: string;
  let child: string;
  let client: DebugClient;
  let outputs: string;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-debug-test-'));
    base = join(folder, 'base.innereye.yaml');
    child = join(folder, 'child.innereye.yaml');
    await writeFile(base, BASE);
    await writeFile(child, CHILD);
    // The client starts a program without arguments.
    const program = pathToFileURL(resolve(process.env.INNEREYE_PROGRAM ?? 'dist/innereye.js')).href;
    await writeFile(
      join(folder, 'adapter.mjs'),
      `process.argv.push('debug-adapter'); await import(${JSON.stringify(program)});`,
    );
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '8', '--seed', '3'])).code).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    outputs = join(folder, `outputs-${count++}`);
    client = new DebugClient(process.execPath, join(folder, 'adapter.mjs'), 'innereye');
    client.defaultTimeout = 30_000;
    await client.start();
  });
  afterEach(() => client.stop());

  type Stopped = DebugProtocol.StoppedEvent['body'];
  const stopped = async () => (await client.waitForEvent('stopped')).body as Stopped;

  /** Launches with breakpoints by file and waits for the first stop. */
  async function launch(
    breakpoints: Record<string, DebugProtocol.SourceBreakpoint[]>,
    more: { filters?: string[]; blocks?: string[]; args?: object } = {},
  ): Promise<DebugProtocol.Breakpoint[]> {
    const initialized = client.waitForEvent('initialized');
    await client.initializeRequest();
    await client.launch({ config: child, output: outputs, ...more.args } as never);
    await initialized;
    const bound: DebugProtocol.Breakpoint[] = [];
    for (const [path, lines] of Object.entries(breakpoints)) {
      const { body } = await client.setBreakpointsRequest({ source: { path }, breakpoints: lines });
      bound.push(...body.breakpoints);
    }
    if (more.blocks) {
      const { body } = await client.setFunctionBreakpointsRequest({
        breakpoints: more.blocks.map(name => ({ name })),
      });
      expect(body.breakpoints.map(({ verified }) => verified)).toEqual(more.blocks.map(() => true));
    }
    await client.setExceptionBreakpointsRequest({ filters: more.filters ?? [] });
    await client.configurationDoneRequest();
    return bound;
  }
  const frames = async (threadId = 1) =>
    (await client.stackTraceRequest({ threadId })).body.stackFrames.map(
      ({ name, line, source }) => `${name} @${source?.name}:${line}`,
    );
  const evaluate = async (expression: string) =>
    (await client.evaluateRequest({ expression, context: 'watch' })).body.result;
  const scope = async (name: string, threadId = 1) => {
    const { stackFrames } = (await client.stackTraceRequest({ threadId })).body;
    const { scopes } = (await client.scopesRequest({ frameId: stackFrames[0]!.id })).body;
    return scopes.find(one => one.name === name)!;
  };
  const step = async (
    mode: 'nextRequest' | 'stepInRequest' | 'stepOutRequest' | 'continueRequest',
    threadId = 1,
  ) => {
    const event = stopped();
    await client[mode]({ threadId });
    return event;
  };

  it('stops at a step of a base file and shows what it does', async () => {
    const event = stopped();
    const [bound] = await launch({ [base]: [{ line: 15 }] });
    expect(bound).toMatchObject({ verified: true, line: 15 });
    const { threads } = (await client.threadsRequest()).body;
    expect(threads.map(({ id, name }) => [id, name])).toEqual([
      [1, 'trainer'],
      [2, 'loader'],
    ]);
    expect(await event).toMatchObject({ reason: 'breakpoint', threadId: 2 });
    const [top, inherited, subject, batch] = await frames(2);
    expect(top).toBe('augmentation[0] @base.innereye.yaml:15');
    expect(inherited).toContain('inherited by child.innereye.yaml');
    expect(subject).toMatch(/@base.innereye.yaml:2$/);
    expect(batch).toBe('batch 1 of epoch 1 @child.innereye.yaml:11');

    // Stepping over a step shows its effect: brighter by 0.5 to 0.6 deviations.
    expect((await step('nextRequest', 2)).reason).toBe('step');
    expect((await frames(2))[0]).toBe('augmentation[1] @base.innereye.yaml:16');
    await step('nextRequest', 2);
    expect((await frames(2))[0]).toBe('augmentation[2] @base.innereye.yaml:17');
    const brighter = Number(await evaluate('(output.image.mean - input.image.mean) / input.image.std'));
    expect(brighter).toBeGreaterThan(0.5);
    expect(brighter).toBeLessThan(0.6);
    expect(await evaluate('input.labels.max == output.labels.max')).toBe('true');
  });

  it('stops at the network, its memory and the loss of a sequence', async () => {
    await makeVisitsCohort(join(folder, 'visits'), { subjects: 12, seed: 0 });
    const config = join(folder, 'visits.innereye.yaml');
    await writeFile(config, VISITS);
    const event = stopped();
    await launch({ [config]: [{ line: 7 }, { line: 8 }] }, { args: { config }, blocks: ['recurrence/0'] });
    await event;
    expect((await frames())[0]).toBe('architecture @visits.innereye.yaml:7');
    expect(await evaluate('present.min')).toBe('1');
    expect(await evaluate('features.max > features.min')).toBe('true');
    await step('continueRequest');
    expect((await frames())[0]).toBe('architecture recurrence/0 @visits.innereye.yaml:7');
    expect(await evaluate('output.shape')).toBe('[4, 4, 4]');
    await step('continueRequest');
    expect((await frames())[0]).toBe('loss @visits.innereye.yaml:8');
    expect(await evaluate('loss.min > 0')).toBe('true');
  });

  it('shows which fold is trained, around everything else', async () => {
    const event = stopped();
    await launch({ [child]: [{ line: 6 }] }, { args: { fold: 1, folds: 2 } });
    await event;
    const all = await frames(1);
    expect(all.at(-1)).toBe('fold 1 of 2 @base.innereye.yaml:9');
    expect(all.length).toBeGreaterThan(2);
  });

  it('opens in the viewer exactly what the tensor holds', async () => {
    const event = stopped();
    await launch({ [base]: [{ line: 16 }] });
    await event;
    const { body } = await client.customRequest('innereye/exportVolume', { expression: 'output' });
    const { images, labels } = body as { images: string[]; labels: string[] };
    // What it was before lies beside it, and differs by the noise alone.
    const { body: former } = await client.customRequest('innereye/exportVolume', { expression: 'input' });
    const before = await readVolume((former as { images: string[] }).images[0]!);
    expect(Number(await evaluate('input.image[3][10][7]'))).toBeCloseTo(
      before.data[7 + 24 * (10 + 24 * 3)]!,
      5,
    );
    expect(await evaluate('input.image[3][10][7] == output.image[3][10][7]')).toBe('false');
    const image = await readVolume(images[0]!);
    expect(image.shape).toEqual([16, 24, 24]);
    expect([image.affine[0], image.affine[5], image.affine[10]]).toEqual([4, 4, 5]);
    for (const at of ['[3][10][7]', '[0][0][0]', '[15][23][23]']) {
      const [z, y, x] = at.match(/\d+/g)!.map(Number) as [number, number, number];
      expect(Number(await evaluate(`output.image${at}`))).toBeCloseTo(image.data[x + 24 * (y + 24 * z)]!, 5);
    }
    expect(Math.max(...(await readVolume(labels[0]!)).data)).toBe(
      Number(await evaluate('output.labels.max')),
    );
  });

  it('steps into the blocks of the network and out again, forward and backward', async () => {
    const event = stopped();
    await launch({ [child]: [{ line: 3 }] }, { blocks: ['decoder/0 backward'] });
    await event;
    expect(await frames()).toEqual([
      'architecture @child.innereye.yaml:3',
      'batch 1 @child.innereye.yaml:11',
      'epoch 1 @child.innereye.yaml:11',
    ]);
    await step('stepInRequest');
    expect((await frames())[0]).toBe('architecture encoder/0/0 @child.innereye.yaml:3');
    await step('stepOutRequest');
    expect((await frames())[0]).toBe('architecture encoder/0 @child.innereye.yaml:3');
    expect(await evaluate('output.shape')).toBe('[2, 16, 24, 24, 4]');
    expect(await evaluate('parameters["encoder/0/0/kernel"].shape')).toBe('[3, 3, 3, 1, 4]');
    await step('nextRequest');
    expect((await frames())[0]).toBe('architecture encoder/1 @child.innereye.yaml:3');
    const backward = await step('continueRequest');
    expect(backward.reason).toBe('breakpoint');
    expect((await frames())[0]).toBe('architecture decoder/0 (backward) @child.innereye.yaml:3');
    expect(await evaluate('gradient.shape')).toBe('[2, 16, 24, 24, 4]');
    expect(Number(await evaluate('gradient.norm'))).toBeGreaterThan(0);
  });

  it('knows conditions, hit counts and logpoints, and says what is wrong with them', async () => {
    const output = client.waitForEvent('output');
    const event = stopped();
    const bound = await launch({
      [child]: [
        { line: 4, condition: 'epoch == 2 && loss > 0' },
        { line: 9, logMessage: 'norm {round(gradient_norm * 0)} of {name' },
        { line: 10, condition: 'epoch ==' },
        { line: 2 },
      ],
      [base]: [{ line: 7, hitCondition: '3' }],
    });
    expect(bound.map(({ verified }) => verified)).toEqual([true, true, false, false, true]);
    expect(bound[2]!.message).toMatch(/value is missing/);
    expect(bound[3]!.message).toMatch(/does not come by `name`/);
    // The third crop with a liver in it.
    expect((await event).hitBreakpointIds).toEqual([bound[4]!.id]);
    expect(await evaluate('contains(output.labels, 1)')).toBe('true');
    await client.setBreakpointsRequest({ source: { path: base }, breakpoints: [] });
    await step('continueRequest', 2);
    expect(await evaluate('epoch')).toBe('2');
    expect((await output).body.output).toBeDefined();
    await expect(evaluate('outputt')).rejects.toThrow(/nothing called `outputt`/);
    await expect(evaluate('process.exit()')).rejects.toThrow();
  });

  it('takes a new learning rate while training is stopped', async () => {
    const event = stopped();
    await launch({ [child]: [{ line: 10 }] });
    await event;
    const node = await scope('Node');
    const set = await client.setVariableRequest({
      variablesReference: node.variablesReference,
      name: 'learning_rate',
      value: '0.5',
    });
    expect(set.body.value).toBe('0.5');
    // The rate of one step is no setting, so that there is nothing to write back.
    const { body: none } = await client.customRequest('innereye/changes');
    expect((none as { changes: object[] }).changes).toEqual([]);
    const settings = await scope('Settings');
    await expect(
      client.setVariableRequest({
        variablesReference: settings.variablesReference,
        name: 'name',
        value: '1',
      }),
    ).rejects.toThrow(/cannot be changed/);
    await client.setBreakpointsRequest({ source: { path: child }, breakpoints: [] });
    const ended = client.waitForEvent('terminated');
    await client.continueRequest({ threadId: 1 });
    await ended;
    const events = (await readFile(join((await onlyRun(outputs))!, 'events.ndjson'), 'utf8')).split('\n');
    const rates = events
      .filter(line => line.includes('"step"'))
      .flatMap(line => {
        const event = JSON.parse(line) as { type: string; learningRate: number };
        return event.type === 'step' ? [event.learningRate] : [];
      });
    expect(rates.slice(0, 3)).toEqual([0.5, 0.01, 0.01]);
  });

  it('tells which settings were changed, where they are written and what stood there', async () => {
    const event = stopped();
    await launch({ [base]: [{ line: 16 }] });
    await event;
    const { variablesReference } = await scope('Settings', 2);
    await client.setVariableRequest({ variablesReference, name: 'probability', value: '1 / 4' });
    await expect(
      client.setVariableRequest({ variablesReference, name: 'probability', value: '2' }),
    ).rejects.toThrow(/probability` cannot be 2/);
    const { body } = await client.customRequest('innereye/changes');
    expect(body).toMatchObject({
      changes: [
        {
          setting: 'augmentation[1].random_noise.probability',
          value: 0.25,
          location: { file: base, line: 16 },
          text: 'probability: 1',
        },
      ],
    });
  });

  it('pauses, completes expressions, and knows the lines that breakpoints can lie on', async () => {
    await launch({});
    await client.waitForEvent('innereye/run');
    const event = stopped();
    await client.pauseRequest({ threadId: 1 });
    const { reason, threadId } = await event;
    expect(reason).toBe('pause');
    expect((await frames(threadId)).length).toBeGreaterThan(0);
    const { body } = await client.send('completions', { text: 'settings.optimizer.lear', column: 24 });
    expect(body.targets).toEqual([{ label: 'learning_rate', start: 19, length: 4 }]);
    const locations = await client.send('breakpointLocations', {
      source: { path: base },
      line: 1,
      endLine: 17,
    });
    expect(locations.body.breakpoints.map(({ line }: { line: number }) => line)).toEqual([
      ...[7, 8, 11, 12, 13, 15, 16, 17],
    ]);
  });

  it('counts lines and columns from 0 for an editor that does', async () => {
    const initialized = client.waitForEvent('initialized');
    await client.initializeRequest({
      adapterID: 'innereye',
      pathFormat: 'path',
      linesStartAt1: false,
      columnsStartAt1: false,
    });
    // `launch` would initialise once more, with lines from 1.
    await client.launchRequest({ config: child, output: outputs } as never);
    await initialized;
    const { body } = await client.setBreakpointsRequest({
      source: { path: base },
      breakpoints: [{ line: 15 }],
    });
    expect(body.breakpoints).toMatchObject([{ verified: true, line: 15 }]);
    const event = stopped();
    await client.configurationDoneRequest();
    await event;
    const [top] = (await client.stackTraceRequest({ threadId: 2 })).body.stackFrames;
    expect(top).toMatchObject({ name: 'augmentation[1]', line: 15 });
    const { body: completed } = await client.send('completions', { text: 'settings.na', column: 11 });
    expect(completed.targets).toEqual([{ label: 'name', start: 9, length: 2 }]);
  });

  it('ends with a checkpoint when asked to, from which another session goes on as the run was', async () => {
    const event = stopped();
    await launch({ [child]: [{ line: 11, condition: 'epoch == 2' }] });
    await event;
    const ended = client.waitForEvent('terminated');
    await client.send('terminate', {});
    await ended;
    await client.disconnectRequest();
    const first = (await onlyRun(outputs))!;
    expect(JSON.parse(await readFile(join(first, 'run.json'), 'utf8')).status).toBe('cancelled');

    // Since then a line was added above, and a setting changed.
    await writeFile(base, `# Later.\n${BASE.replace('deviation: [0.1, 0.2]', 'deviation: [3, 4]')}`);
    try {
      await client.stop();
      client = new DebugClient(process.execPath, join(folder, 'adapter.mjs'), 'innereye');
      client.defaultTimeout = 30_000;
      await client.start();
      const copy = join(first, 'code', 'base.innereye.yaml');
      const again = stopped();
      const [stale, bound] = await launch(
        { [base]: [{ line: 17 }], [copy]: [{ line: 16 }] },
        { args: { config: child, run: first, epoch: 1, output: join(outputs, 'again') } },
      );
      expect([stale!.verified, bound!.verified]).toEqual([false, true]);
      await again;
      expect((await frames(2))[0]).toBe('augmentation[1] @base.innereye.yaml:16');
      expect(await evaluate('epoch')).toBe('2');
      expect(await evaluate('settings.augmentation["1"].random_noise.deviation')).toBe('[0.1, 0.2]');
    } finally {
      await writeFile(base, BASE);
    }
  });

  it('without a breakpoint has the bits of a run that is not debugged', async () => {
    const ended = client.waitForEvent('terminated');
    await launch({});
    await ended;
    const plain = join(folder, 'plain');
    const { code, stderr } = await run(['train', child, '--eager', '--output', plain]);
    expect(code, stderr).toBe(0);
    const weights = async (outputs: string) =>
      (await readFile(join((await onlyRun(outputs))!, 'checkpoints/best.safetensors'))).toString('base64');
    expect(await weights(outputs)).toBe(await weights(plain));
  });

  it('stops where a NaN appears first, in the loss of a plugin', async () => {
    const plugin = join(folder, 'nan.ts');
    await writeFile(
      plugin,
      `import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from 'innereye';
export const broken = defineLoss({
  name: 'broken',
  build: () => ({ probabilities }: { probabilities: tf.Tensor }) => tf.log(tf.sub(tf.mean(probabilities), 2)),
});
`,
    );
    const config = join(folder, 'nan.innereye.yaml');
    await writeFile(
      config,
      `extends: ./child.innereye.yaml
plugins: [./nan.ts]
loss:
  components:
    - { name: soft_dice, squared: false }
    - { name: plugin, definition: broken }
`,
    );
    const event = stopped();
    await launch({}, { filters: ['nan'], args: { config } });
    expect(await event).toMatchObject({ reason: 'exception', text: 'value holds NaN or Inf' });
    expect((await frames())[0]).toBe('loss.components[1] @nan.innereye.yaml:6');
    expect(await evaluate('nan(value)')).toBe('true');
    const { variablesReference } = await scope('NaN or Inf');
    const { variables } = (await client.variablesRequest({ variablesReference })).body;
    expect(variables).toMatchObject([{ name: 'value', value: expect.stringContaining('NaN') }]);
    const { body } = await client.customRequest('exceptionInfo', { threadId: 1 });
    expect((body as DebugProtocol.ExceptionInfoResponse['body']).exceptionId).toMatch(/NaN/);
  });

  it('shows the diagnostics of a broken configuration instead of starting', async () => {
    const config = join(folder, 'broken.innereye.yaml');
    await writeFile(config, 'extends: ./child.innereye.yaml\ntraning: { epochs: 1 }\n');
    await client.initializeRequest();
    const output = client.waitForEvent('output');
    await expect(client.launch({ config, output: outputs } as never)).rejects.toThrow(/traning/);
    expect((await output).body.output).toMatch(/broken.innereye.yaml:2:1\n {2}Did you mean `training`/);
    expect(await readdir(outputs).catch(() => [])).toEqual([]);
  });

  it('is interrupted, and leaves no process behind, when the editor is killed while stopped', async () => {
    const adapter = start(['debug-adapter']);
    const send = (seq: number, command: string, args: object) => {
      const text = JSON.stringify({ seq, type: 'request', command, arguments: args });
      adapter.child.stdin!.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    const heard = new Promise<void>(done => {
      let text = '';
      adapter.child.stdout!.on('data', chunk => {
        text += chunk;
        if (text.includes('"event":"stopped"')) done();
      });
    });
    send(1, 'initialize', { adapterID: 'innereye' });
    send(2, 'launch', { config: child, output: outputs, stopOnEntry: true });
    await new Promise(done => setTimeout(done, 1500));
    send(3, 'configurationDone', {});
    await heard;
    adapter.child.stdin!.end();
    await adapter.ended;
    const { stdout } = await run(['runs', 'list', '--output', outputs, '--json']);
    expect(JSON.parse(stdout)[0].status).toBe('interrupted');
  });
});
