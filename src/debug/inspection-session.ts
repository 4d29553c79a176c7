import { LoggingDebugSession } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describeFault, Fault } from '../foundation/fault.ts';
import { shownFrame, variableFor } from './protocol-shapes.ts';
import type { DebuggedTraining } from './training-process.ts';

/** The requests of the protocol that look at a training while it is stopped; the thread that trains answers them. */
export abstract class InspectionSession extends LoggingDebugSession {
  /** The training that is stopped. @throws Error where there is none. */
  protected abstract get stoppedTraining(): DebuggedTraining;

  constructor() {
    super();
    // As in configurations and their tools; what the editor counts from 0 is converted.
    this.setDebuggerLinesStartAt1(true);
    this.setDebuggerColumnsStartAt1(true);
  }

  protected override async scopesRequest(
    response: DebugProtocol.ScopesResponse,
    { frameId }: DebugProtocol.ScopesArguments,
  ): Promise<void> {
    await this.answering(response, async training => {
      const scopes = await training.ask('scopes', { frame: shownFrame(frameId) });
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
      response.body = { variables: variables.map(variableFor) };
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
        ...inFrame(frameId),
      });
      const { value, variablesReference, ...rest } = variableFor(variable);
      response.body = { ...rest, result: value, variablesReference };
    });
  }

  protected override async completionsRequest(
    response: DebugProtocol.CompletionsResponse,
    { text, column, frameId }: DebugProtocol.CompletionsArguments,
  ): Promise<void> {
    await this.answering(response, async training => {
      const typed = text.slice(0, this.convertClientColumnToDebugger(column) - 1);
      const labels = await training.ask('complete', {
        text: typed,
        ...inFrame(frameId),
      });
      const length = /[\w$]*$/.exec(typed)![0].length;
      response.body = {
        targets: labels.map(label => ({ label, start: typed.length - length, length })),
      };
    });
  }

  /** Answers a request, or refuses it with the reason. */
  protected async answering(
    response: DebugProtocol.Response,
    answer: (training: DebuggedTraining) => Promise<void>,
  ): Promise<void> {
    try {
      await answer(this.stoppedTraining);
      this.sendResponse(response);
    } catch (error) {
      this.refuse(response, error, false);
    }
  }

  protected refuse(response: DebugProtocol.Response, error: unknown, toUser: boolean): void {
    const format = error instanceof Fault ? describeFault(error) : (error as Error).message;
    this.sendErrorResponse(response, { id: 1, format, showUser: toUser });
  }
}

/** The frame that a question is about, where the editor names one. */
export const inFrame = (frameId: number | undefined) =>
  frameId === undefined ? {} : { frame: shownFrame(frameId) };
