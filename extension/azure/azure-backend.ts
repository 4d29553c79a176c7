import * as vscode from 'vscode';
import { formatBytes } from '../../src/config/memory.ts';
import { CHANNEL_ENVIRONMENT, SIGN_IN_ENVIRONMENT } from '../../src/contracts/editor-channel.ts';
import { Fault } from '../../src/foundation/fault.ts';
import type { Backend } from '../backend/backend.ts';
import type { Program } from '../backend/program.ts';
import { runProgram } from '../backend/run-program.ts';
import { answerChannel, type ChannelListener } from './channel.ts';
import { editorSignIn, type SignIn } from './sign-in.ts';

export interface AzureRun {
  /** What it works for: its folder's settings say how it is run. */
  readonly scope?: vscode.Uri | undefined;
  readonly cwd?: string;
  /** Of the notification that shows the progress and can cancel it. */
  readonly title: string;
}

/** `innereye azure …` as the extension starts it: with a channel over which it asks for tokens and tells of its work. */
export class AzureBackend {
  constructor(
    private readonly backend: Backend,
    readonly signIn: SignIn = editorSignIn,
  ) {}

  /** @throws Fault where the workspace is not trusted. */
  program(scope?: vscode.Uri): Program {
    const program = this.backend.program(scope);
    const asked = vscode.workspace.getConfiguration('innereye', scope ?? null).get('azure.signIn');
    const signIn = asked === 'environment' ? 'environment' : 'editor';
    return {
      ...program,
      env: { ...program.env, [CHANNEL_ENVIRONMENT]: 'ipc', [SIGN_IN_ENVIRONMENT]: signIn },
    };
  }

  /**
   * Runs a command to its end and gives its output.
   * @throws Fault where it fails; CancellationError where the user cancels it.
   */
  async run(args: readonly string[], { scope, cwd, title }: AzureRun): Promise<string> {
    const program = this.program(scope);
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      const stop = new AbortController();
      const cancelled = token.onCancellationRequested(() => stop.abort(new vscode.CancellationError()));
      const listener = showing(step => progress.report(step));
      try {
        return await runProgram(program, ['azure', ...args], {
          cwd,
          signal: stop.signal,
          channel: child => answerChannel(child, this.signIn, true, listener),
        });
      } finally {
        cancelled.dispose();
      }
    });
  }

  /** As `run`, for a command that prints JSON. */
  async ask<T>(args: readonly string[], options: AzureRun): Promise<T> {
    const said = await this.run([...args, '--json'], options);
    try {
      return JSON.parse(said) as T;
    } catch {
      throw new Fault('the training backend has answered something else than JSON', {
        remedy: 'Check that the setting innereye.nodePath names Node.js alone.',
      });
    }
  }
}

/** Steps as a notification shows them: what is done, how much of it, and its share of the bar. */
function showing(
  report: (step: { readonly message: string; readonly increment?: number }) => void,
): ChannelListener {
  let [what, share] = ['', 0];
  return {
    progress(message, done, total) {
      if (done === undefined || !total) return report({ message });
      if (what !== message) share = 0;
      what = message;
      const now = (100 * done) / total;
      report({
        message: `${message}: ${formatBytes(done)} of ${formatBytes(total)}`,
        increment: Math.max(0, now - share),
      });
      share = Math.max(share, now);
    },
  };
}
