import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Event,
  ExitedEvent,
  InitializedEvent,
  OutputEvent,
  StoppedEvent,
  TerminatedEvent,
  Thread,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { asFault } from '../config/diagnostic.ts';
import type { PartialConfiguration } from '../config/resolve-configuration.ts';
import type { Location } from '../config/tree.ts';
import { describeFault, Fault } from '../foundation/fault.ts';
import { BreakpointTable } from './breakpoint-table.ts';
import { EXCEPTION_FILTERS } from './exception-filters.ts';
import { InspectionSession, inFrame } from './inspection-session.ts';
import { type LaunchArguments, prepareLaunch, trainingStart } from './launch.ts';
import { type FromTraining, type StepMode, type Stop, THREADS, type ThreadId } from './messages.ts';
import { sourceLineOf } from './places.ts';
import { sourceOf, stackFor } from './protocol-shapes.ts';
import { DebuggedTraining } from './training-process.ts';

/** How long an ending session waits for the last checkpoint, in milliseconds. */
const PATIENCE = 10_000;

/** The debug adapter: a session of one training, over the debug adapter protocol. */
export class TrainingDebugSession extends InspectionSession {
  private configuration: PartialConfiguration | undefined;
  /** True where settings lie in copies that a run keeps, which are not to be written to. */
  private copies = false;
  private launched: LaunchArguments | undefined;
  private breakpoints: BreakpointTable | undefined;
  private filters: readonly string[] = [];
  private training: DebuggedTraining | undefined;
  private stopped: Stop | undefined;
  private ended = false;
  private readonly changed = new Map<string, number>();
  /** Resolved when the debugger of plugins has attached. */
  private tellAttached = () => {};
  private readonly attached = new Promise<void>(done => {
    this.tellAttached = done;
  });
  /** Volumes opened from this session, as long as it lasts. */
  private exports: string | undefined;

  protected override get stoppedTraining(): DebuggedTraining {
    if (!this.training || !this.stopped) throw new Error('training is not stopped');
    return this.training;
  }

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
      const { configuration, tree, errors, copies } = await prepareLaunch(given);
      this.launched = given;
      this.configuration = configuration;
      if (!tree) {
        for (const error of errors)
          this.print('stderr', `${describeFault(asFault(error))}\n`, error.location);
        const [first] = errors;
        const count = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
        throw new Fault(`the configuration cannot be run: ${first?.message ?? 'it is empty'}${count}`);
      }
      this.copies = copies;
      if (copies)
        this.print(
          'console',
          `The configuration has changed since the run was made; its copy is debugged: ${configuration.file}\n`,
        );
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
    const requested = breakpoints.map(one => ({ ...one, line: this.convertClientLineToDebugger(one.line) }));
    const set = this.breakpoints?.setInFile(source.path ?? '', requested) ?? [];
    response.body = { breakpoints: set.map(one => this.counted(one)) };
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
    const [from, to] = [line, endLine].map(at => this.convertClientLineToDebugger(at)) as [number, number];
    const lines = this.breakpoints?.lines(source.path ?? '', from, to) ?? [];
    response.body = { breakpoints: lines.map(at => this.counted({ line: at })) };
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

  protected override async configurationDoneRequest(
    response: DebugProtocol.ConfigurationDoneResponse,
  ): Promise<void> {
    this.sendResponse(response);
    if (this.launched!.inspect !== undefined)
      await Promise.race([this.attached, new Promise(done => setTimeout(done, PATIENCE))]);
    if (this.ended) return;
    const start = trainingStart(this.launched!, this.configuration!);
    this.training = new DebuggedTraining(
      { ...start, breakpoints: this.breakpoints!.all, filters: this.filters },
      message => this.heard(message),
    );
  }

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    response.body = { threads: Object.entries(THREADS).map(([id, name]) => new Thread(Number(id), name)) };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    { threadId, startFrame = 0, levels }: DebugProtocol.StackTraceArguments,
  ): void {
    const { stopped, configuration } = this;
    const frames =
      stopped && configuration ? stackFor(stopped.frames[threadId as ThreadId], configuration) : [];
    const end = levels ? startFrame + levels : frames.length;
    const shown = frames.slice(startFrame, end).map(frame => this.counted(frame));
    response.body = { stackFrames: shown, totalFrames: frames.length };
    this.sendResponse(response);
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

  /**
   * `innereye/exportVolume`: files of a value for the viewer. `innereye/changes`: settings changed while stopped.
   * `innereye/attached`: the debugger of plugins is there, training may begin.
   */
  protected override async customRequest(
    command: string,
    response: DebugProtocol.Response,
    given: { expression?: string; frameId?: number },
  ): Promise<void> {
    if (command === 'innereye/changes') {
      response.body = {
        changes: [...this.changed].map(([setting, value]) => ({
          setting,
          value,
          ...this.writtenAt(setting),
        })),
      };
      this.sendResponse(response);
    } else if (command === 'innereye/exportVolume') {
      await this.answering(response, async training => {
        this.exports ??= mkdtempSync(join(tmpdir(), 'innereye-debug-'));
        const folder = mkdtempSync(join(this.exports, 'volume-'));
        const { expression = '', frameId } = given;
        response.body = await training.ask('exportVolume', { expression, folder, ...inFrame(frameId) });
      });
    } else if (command === 'innereye/attached') {
      this.tellAttached();
      this.sendResponse(response);
    } else super.customRequest(command, response, given);
  }

  /** Where a setting is written, and the text there at launch; nothing where it is not to be changed. */
  private writtenAt(setting: string): { location?: Location; text?: string } {
    const origin = this.configuration?.origins.get(setting);
    if (this.copies || origin?.location === undefined) return {};
    const { location, key } = origin;
    const { content = '' } = this.configuration!.files.find(({ file }) => file === location.file) ?? {};
    const start = key?.file === location.file && key.start < location.start ? key.start : location.start;
    return { location, text: content.slice(start, location.end) };
  }

  /** Lines and columns as the editor counts them. */
  private counted<T extends { line?: number; column?: number; endLine?: number }>(place: T): T {
    const line = (at: number) => this.convertDebuggerLineToClient(at);
    return {
      ...place,
      ...(place.line !== undefined && { line: line(place.line) }),
      ...(place.endLine !== undefined && { endLine: line(place.endLine) }),
      ...(place.column !== undefined && { column: this.convertDebuggerColumnToClient(place.column) }),
    };
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

  private print(category: string, text: string, place?: { file: string; line: number }): void {
    const event: DebugProtocol.OutputEvent = new OutputEvent(text, category);
    if (place)
      Object.assign(event.body, { source: sourceOf(place.file), ...this.counted({ line: place.line }) });
    this.sendEvent(event);
  }
}
