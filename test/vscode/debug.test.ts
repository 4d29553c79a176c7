import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, fileUri, open } from './editor.ts';

/** Waits until a frame of a stopped thread is shown. */
const stop = () =>
  eventually(
    'a stop',
    () => {
      const item = vscode.debug.activeStackItem;
      return item instanceof vscode.DebugStackFrame && item;
    },
    90_000,
  );

describe('debugging a configuration', () => {
  afterEach(async () => {
    await vscode.debug.stopDebugging();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await closeAll();
  });

  it('stops at a breakpoint in a base file and shows the crop', async function () {
    this.timeout(120_000);
    const base = await open('augmented.innereye.yaml');
    const line = base
      .getText()
      .split('\n')
      .findIndex(text => text.includes('random_brightness'));
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(new vscode.Location(base.uri, new vscode.Position(line, 0))),
    ]);
    await open('debugged.innereye.yaml');
    await vscode.commands.executeCommand('innereye.debug', fileUri('debugged.innereye.yaml'));
    const { session, threadId } = await stop();
    strictEqual(session.type, 'innereye');
    const { stackFrames } = await session.customRequest('stackTrace', { threadId });
    strictEqual(stackFrames[0].line, line + 1);
    ok(stackFrames[0].source.path.endsWith('augmented.innereye.yaml'));
    const evaluate = async (expression: string) =>
      (await session.customRequest('evaluate', { expression, context: 'watch' })).result as string;
    ok(Number(await evaluate('output.image.mean - input.image.mean')) > 0);

    await vscode.commands.executeCommand('innereye.debug.openVolume', {
      variable: { evaluateName: 'output' },
    });
    await eventually('the viewer', () =>
      vscode.window.tabGroups.all.some(group =>
        group.tabs.some(
          ({ input }) => input instanceof vscode.TabInputWebview || input instanceof vscode.TabInputCustom,
        ),
      ),
    );
    await closeAll();
    await vscode.commands.executeCommand('innereye.debug.openBeforeAndAfter');
    const beside = await eventually('both in the viewer', () =>
      vscode.window.tabGroups.all
        .flatMap(group => group.tabs)
        .find(({ input, label }) => input instanceof vscode.TabInputWebview && label.includes('input')),
    );
    ok(beside.label.includes('output'), beside.label);
    deepStrictEqual(await evaluate('epoch'), '1');
  });

  it('stops in the TypeScript of a plugin', async function () {
    this.timeout(120_000);
    const plugin = await open('brier.ts');
    const line = plugin
      .getText()
      .split('\n')
      .findIndex(text => text.includes('tf.square'));
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(new vscode.Location(plugin.uri, new vscode.Position(line, 0))),
    ]);
    await vscode.commands.executeCommand('innereye.debug', fileUri('with-plugin.innereye.yaml'));
    const { session, threadId } = await stop();
    strictEqual(session.type, 'pwa-node');
    const { stackFrames } = await session.customRequest('stackTrace', { threadId });
    strictEqual(stackFrames[0].line, line + 1);
    ok(stackFrames[0].source.path.endsWith('brier.ts'));
  });
});
