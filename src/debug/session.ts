import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  Event,
  ExitedEvent,
  InitializedEvent,
  LoggingDebugSession,
  OutputEvent,
  StoppedEvent,
  TerminatedEvent,
  Thread,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { asFault } from '../config/diagnostic.ts';
import { resolveFromDisk } from '../config/load-configuration.ts';
import { BROKEN_BASE, type PartialConfiguration } from '../config/resolve-configuration.ts';
import { describeFault, Fault } from '../foundation/fault.ts';
import { openRun } from '../runs/run-folder.ts';
import { BreakpointTable } from './breakpoint-table.ts';
import { EXCEPTION_FILTERS } from './exception-filters.ts';
import {
  type FromTraining,
  type StepMode,
  type Stop,
  THREADS,
  type ThreadId,
  type Variable,
} from './messages.ts';
import { pathForEditor, shortName, sourceLineOf } from './places.ts';
import { DebuggedTraining } from './training-process.ts';

/** What an editor starts a session with. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  /** A configuration; with `run`, the one that the run was made of. */
  readonly config?: string;
  /** A run to go on from, in a new run. */
  readonly run?: string;
  /** After which epoch of it, counted from 1; default: its latest checkpoint. */
  readonly epoch?: number;
  /** `key=value`, as `--set`. */
  readonly set?: readonly string[];
  /** Folder that gets a folder for the run. */
  readonly output?: string;
  readonly stopOnEntry?: boolean;
}

/** How long an ending session waits for the last checkpoint, in milliseconds. */
const PATIENCE = 10_000;

/** The debug adapter: a session of one training, over the debug adapter protocol. */
export class TrainingDebugSession extends LoggingDebugSession {
  private configuration: PartialConfiguration | undefined;
  private launched: LaunchArguments | undefined;
  private breakpoints: BreakpointTable | undefined;
  private filters: readonly string[] = [];
  private training: DebuggedTraining | undefined;
  private stopped: Stop | undefined;
  private ended = false;
  private readonly changed = new Map<string, number>();
  /** Volumes opened from this session, as long as it lasts. */
  private exports: string | undefined;

  protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
    response.body = {
      supportsConfigurationDoneRequest: true,
      supportsConditionalBreakpoints: true,
      supportsHitConditionalBreakpoints: true,
      supportsLogPoints: true,
      supportsFunctionBreakpoints: true,
      supportsBreakpointLocationsRequest: true,
      supportsEvaluateForHovers: true,
      supportsCompletionsRequest: true,
      completionTriggerCharacters: ['.'],
      supportsSetVariable: true,
      supportsExceptionInfoRequest: true,
      supportsTerminateRequest: true,
      supportsDelayedStackTraceLoading: false,
      exceptionBreakpointFilters: EXCEPTION_FILTERS.map(one => ({ ...one })),
    };
    this.sendResponse(response);
  }

  protected override async launchRequest(
    response: DebugProtocol.LaunchResponse,
    given: LaunchArguments,
  ): Promise<void> {
    try {
      this.launched = { ...given, config: await configurationFor(given) };
      this.configuration = resolveFromDisk(this.launched.config!, { set: given.set ?? [] });
      const { tree, settings, diagnostics } = this.configuration;
      const errors = diagnostics.filter(({ severity, code }) => severity === 'error' && code !== BROKEN_BASE);
      if (errors.length > 0 || !tree || !settings) {
        for (const error of errors)
          this.print('stderr', `${describeFault(asFault(error))}\n`, error.location);
        const [first] = errors;
        const count = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
        throw new Fault(`the configuration cannot be run: ${first?.message ?? 'it is empty'}${count}`);
      }
      this.breakpoints = new BreakpointTable(tree);
      this.sendResponse(response);
      this.sendEvent(new InitializedEvent());
    } catch (error) {
      this.refuse(response, error, true);
    }
  }

  protected override setBreakPointsRequest(
    response: DebugProtocol.SetBreakpointsResponse,
    { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments,
  ): void {
    response.body = { breakpoints: this.breakpoints?.setInFile(source.path ?? '', breakpoints) ?? [] };
    this.tellBreakpoints();
    this.sendResponse(response);
  }

  protected override setFunctionBreakPointsRequest(
    response: DebugProtocol.SetFunctionBreakpointsResponse,
    { breakpoints }: DebugProtocol.SetFunctionBreakpointsArguments,
  ): void {
    response.body = { breakpoints: this.breakpoints?.setOnBlocks(breakpoints) ?? [] };
    this.tellBreakpoints();
    this.sendResponse(response);
  }

  protected override breakpointLocationsRequest(
    response: DebugProtocol.BreakpointLocationsResponse,
    { source, line, endLine = line }: DebugProtocol.BreakpointLocationsArguments,
  ): void {
    const lines = this.breakpoints?.lines(source.path ?? '', line, endLine) ?? [];
    response.body = { breakpoints: lines.map(at => ({ line: at })) };
    this.sendResponse(response);
  }

  protected override setExceptionBreakPointsRequest(
    response: DebugProtocol.SetExceptionBreakpointsResponse,
    { filters }: DebugProtocol.SetExceptionBreakpointsArguments,
  ): void {
    this.filters = filters;
    this.training?.tell({ type: 'filters', filters });
    this.sendResponse(response);
  }

  protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
    const { config, set = [], output, run, epoch, stopOnEntry = false } = this.launched!;
    this.training = new DebuggedTraining(
      {
        configuration: config!,
        set,
        outputs: resolve(output ?? 'outputs'),
        ...(run !== undefined && { run: resolve(run) }),
        ...(epoch !== undefined && { epoch }),
        stopOnEntry,
        breakpoints: this.breakpoints!.all,
        filters: this.filters,
      },
      message => this.heard(message),
    );
    this.sendResponse(response);
  }

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    response.body = { threads: Object.entries(THREADS).map(([id, name]) => new Thread(Number(id), name)) };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    { threadId, startFrame = 0, levels }: DebugProtocol.StackTraceArguments,
  ): void {
    const frames = this.stackOf(threadId as ThreadId);
    const end = levels ? startFrame + levels : frames.length;
    response.body = { stackFrames: frames.slice(startFrame, end), totalFrames: frames.length };
    this.sendResponse(response);
  }

  protected override async scopesRequest(
    response: DebugProtocol.ScopesResponse,
    { frameId }: DebugProtocol.ScopesArguments,
  ): Promise<void> {
    await this.answering(response, async training => {
      const scopes = await training.ask('scopes', { frame: frameId });
      response.body = {
        scopes: scopes.map(({ name, reference, named, expensive }, index) => ({
          name,
          variablesReference: reference,
          namedVariables: named,
          expensive,
          ...(index === 0 && { presentationHint: 'locals' }),
        })),
      };
    });
  }

  protected override async variablesRequest(
    response: DebugProtocol.VariablesResponse,
    given: DebugProtocol.VariablesArguments,
  ): Promise<void> {
    const { variablesReference: reference, filter, start, count } = given;
    await this.answering(response, async training => {
      const variables = await training.ask('variables', {
        reference,
        ...(filter && { filter }),
        ...(start !== undefined && { start }),
        ...(count !== undefined && { count }),
      });
      response.body = { variables: variables.map(asProtocol) };
    });
  }

  protected override async setVariableRequest(
    response: DebugProtocol.SetVariableResponse,
    { variablesReference: reference, name, value }: DebugProtocol.SetVariableArguments,
  ): Promise<void> {
    await this.answering(response, async training => {
      const { value: shown, type } = await training.ask('set', { reference, name, value });
      response.body = { value: shown, ...(type && { type }) };
    });
  }

  protected override async evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    { expression, frameId }: DebugProtocol.EvaluateArguments,
  ): Promise<void> {
    await this.answering(response, async training => {
      const variable = await training.ask('evaluate', {
        expression,
        ...(frameId !== undefined && { frame: frameId }),
      });
      const { value, variablesReference, ...rest } = asProtocol(variable);
      response.body = { ...rest, result: value, variablesReference };
    });
  }

  protected override async completionsRequest(
    response: DebugProtocol.CompletionsResponse,
    { text, column, frameId }: DebugProtocol.CompletionsArguments,
  ): Promise<void> {
    await this.answering(response, async training => {
      const typed = text.slice(0, column - 1);
      const labels = await training.ask('complete', {
        text: typed,
        ...(frameId !== undefined && { frame: frameId }),
      });
      const length = /[\w$]*$/.exec(typed)![0].length;
      response.body = {
        targets: labels.map(label => ({ label, start: typed.length - length, length })),
      };
    });
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    const { filter, message } = this.stopped?.exception ?? { filter: 'error', message: 'training failed' };
    const label = EXCEPTION_FILTERS.find(one => one.filter === filter)?.label;
    response.body = { exceptionId: label ?? filter, description: message, breakMode: 'always' };
    this.sendResponse(response);
  }

  protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
    response.body = { allThreadsContinued: true };
    this.go(response, 'continue');
  }

  protected override nextRequest(response: DebugProtocol.NextResponse): void {
    this.go(response, 'next');
  }

  protected override stepInRequest(response: DebugProtocol.StepInResponse): void {
    this.go(response, 'stepIn');
  }

  protected override stepOutRequest(response: DebugProtocol.StepOutResponse): void {
    this.go(response, 'stepOut');
  }

  protected override pauseRequest(response: DebugProtocol.PauseResponse): void {
    this.training?.tell({ type: 'pause' });
    this.sendResponse(response);
  }

  /** Asks for a checkpoint and a clean end. */
  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    if (this.training && !this.ended) this.training.tell({ type: 'abort' });
    else this.end(0);
    this.sendResponse(response);
  }

  protected override async disconnectRequest(response: DebugProtocol.DisconnectResponse): Promise<void> {
    if (this.training && !this.ended) {
      this.training.tell({ type: 'abort' });
      for (let waited = 0; !this.ended && waited < PATIENCE; waited += 100)
        await new Promise(done => setTimeout(done, 100));
    }
    await this.training?.kill();
    if (this.exports) rmSync(this.exports, { recursive: true, force: true });
    this.sendResponse(response);
    this.shutdown();
  }

  /** `innereye/exportVolume`: files of a value for the viewer. `innereye/changes`: settings changed while stopped. */
  protected override async customRequest(
    command: string,
    response: DebugProtocol.Response,
    given: { expression?: string },
  ): Promise<void> {
    if (command === 'innereye/changes') {
      response.body = {
        changes: [...this.changed].map(([setting, value]) => ({
          setting,
          value,
          location: this.configuration?.origins.get(setting)?.location,
        })),
      };
      this.sendResponse(response);
    } else if (command === 'innereye/exportVolume') {
      await this.answering(response, async training => {
        this.exports ??= mkdtempSync(join(tmpdir(), 'innereye-debug-'));
        const folder = mkdtempSync(join(this.exports, 'volume-'));
        response.body = await training.ask('exportVolume', { expression: given.expression ?? '', folder });
      });
    } else super.customRequest(command, response, given);
  }

  private heard(message: FromTraining): void {
    switch (message.type) {
      case 'run':
        this.sendEvent(new Event('innereye/run', { folder: message.folder }));
        break;
      case 'output': {
        const place =
          message.setting && this.configuration && sourceLineOf(message.setting, this.configuration);
        this.print(message.category, message.text, place || undefined);
        break;
      }
      case 'changed':
        this.changed.set(message.setting, message.value);
        break;
      case 'stopped': {
        this.stopped = message.stop;
        const { reason, thread, exception, hit } = message.stop;
        const event: DebugProtocol.StoppedEvent = new StoppedEvent(reason, thread, exception?.message);
        event.body.allThreadsStopped = true;
        if (hit.length > 0) event.body.hitBreakpointIds = [...hit];
        this.sendEvent(event);
        break;
      }
      case 'ended':
        if (message.message) this.print('stderr', `${message.message}\n`);
        this.end(message.status === 'failed' ? 1 : 0);
    }
  }

  private end(code: number): void {
    if (this.ended) return;
    this.ended = true;
    this.sendEvent(new ExitedEvent(code));
    this.sendEvent(new TerminatedEvent());
  }

  private go(response: DebugProtocol.Response, mode: StepMode): void {
    this.stopped = undefined;
    this.sendResponse(response);
    this.training?.tell({ type: 'go', mode });
  }

  private tellBreakpoints(): void {
    this.training?.tell({ type: 'breakpoints', breakpoints: this.breakpoints?.all ?? [] });
  }

  /** The frames of a thread, each on its line; what is inherited also on the line that inherits it. */
  private stackOf(thread: ThreadId): DebugProtocol.StackFrame[] {
    const { configuration } = this;
    if (!this.stopped || !configuration) return [];
    return this.stopped.frames[thread].flatMap(({ id, name, setting }, index) => {
      const { file, ...place } = sourceLineOf(setting, configuration);
      const frame = { id, name, ...place, source: sourceOf(file) };
      if (index > 0 || file === configuration.file) return [frame];
      const heir = sourceLineOf('', configuration);
      return [
        frame,
        {
          ...frame,
          ...heir,
          name: `inherited by ${shortName(configuration.file)}`,
          source: sourceOf(configuration.file),
          presentationHint: 'subtle' as const,
        },
      ];
    });
  }

  private async answering(
    response: DebugProtocol.Response,
    answer: (training: DebuggedTraining) => Promise<void>,
  ): Promise<void> {
    try {
      if (!this.training || !this.stopped) throw new Error('training is not stopped');
      await answer(this.training);
      this.sendResponse(response);
    } catch (error) {
      this.refuse(response, error, false);
    }
  }

  private refuse(response: DebugProtocol.Response, error: unknown, toUser: boolean): void {
    const format = error instanceof Fault ? describeFault(error) : (error as Error).message;
    this.sendErrorResponse(response, { id: 1, format: format.replaceAll('{', '{{'), showUser: toUser });
  }

  private print(category: string, text: string, place?: { file: string; line: number }): void {
    const event: DebugProtocol.OutputEvent = new OutputEvent(text, category);
    if (place) Object.assign(event.body, { source: sourceOf(place.file), line: place.line });
    this.sendEvent(event);
  }
}

const sourceOf = (file: string): DebugProtocol.Source => ({
  name: shortName(file),
  path: pathForEditor(file),
});

function asProtocol(variable: Variable): DebugProtocol.Variable {
  const { name, value, type, reference, indexed, named, evaluateName, settable, volume } = variable;
  return {
    name,
    value,
    variablesReference: reference,
    ...(type && { type }),
    ...(indexed !== undefined && { indexedVariables: indexed }),
    ...(named !== undefined && { namedVariables: named }),
    ...(evaluateName && { evaluateName }),
    ...(!settable && { presentationHint: { attributes: ['readOnly'] } }),
    // What the editor's menu goes by.
    ...(volume && { __vscodeVariableMenuContext: 'innereye.volume' }),
  };
}

/** The configuration to debug: the one named, or the one that a run was made of. */
async function configurationFor({ config, run }: LaunchArguments): Promise<string> {
  if (config !== undefined) return resolve(config);
  if (run !== undefined) return (await openRun(resolve(run))).manifest.configuration.file;
  throw new Fault('there is nothing to debug', {
    remedy: 'Give `config`, a *.innereye.yaml file, or `run`.',
  });
}
