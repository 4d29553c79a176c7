import { type ChildProcess, spawn } from 'node:child_process';
import * as vscode from 'vscode';
import type { ChannelProblem } from '../../src/contracts/editor-channel.ts';
import { environmentOf } from '../backend/program.ts';
import type { Runs } from '../runs/runs.ts';
import type { AzureBackend } from './azure-backend.ts';
import { answerChannel, sendTo } from './channel.ts';

/** A process that ends by itself is started again after so long, ever more seldom. */
const RESTART = { least: 2_000, most: 300_000 };

/**
 * Has the jobs among the runs followed: one process for all mirrors what they do into their run folders, where trees and
 * panels read it. Whatever is shown comes from there, so that a window that is loaded anew shows the same at once.
 */
export class JobFollower implements vscode.Disposable {
  private child: ChildProcess | undefined;
  private told = '';
  private pause = RESTART.least;
  private restart: NodeJS.Timeout | undefined;
  private readonly problems = new Map<string, string>();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(
    private readonly azure: AzureBackend,
    private readonly runs: Runs,
    private readonly tell: (problem: ChannelProblem) => unknown,
  ) {
    this.subscriptions = [
      runs.onDidChange(() => this.update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()),
      // Who signs in is not to wait until it is tried again.
      vscode.authentication.onDidChangeSessions(({ provider }) => {
        if (provider.id.startsWith('microsoft') && this.problems.size > 0) this.again();
      }),
    ];
    this.update();
  }

  /** Looks at all jobs anew, as after signing in. */
  again(): void {
    this.stop();
    this.pause = RESTART.least;
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.stop();
  }

  private update(): void {
    if (!vscode.workspace.isTrusted) return;
    const folders = this.runs
      .running()
      .filter(({ job }) => job !== undefined)
      .map(({ folder }) => folder)
      .sort();
    if (folders.length === 0) {
      this.stop();
      return;
    }
    if (!this.child && this.restart) return;
    const child = this.child ?? this.started();
    if (!child) return;
    const now = folders.join('\n');
    if (now !== this.told) sendTo(child, { type: 'follow', folders });
    this.told = now;
    for (const folder of this.problems.keys())
      if (folder !== '' && !folders.includes(folder)) this.problems.delete(folder);
  }

  /** Where it cannot be started at all, as without the Node of the settings, that is told once. */
  private started(): ChildProcess | undefined {
    try {
      const child = this.start();
      this.problems.delete('');
      return child;
    } catch (error) {
      this.heard('', { message: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  private start(): ChildProcess {
    const program = this.azure.program();
    const child = spawn(program.command, [...program.args, 'azure', 'follow'], {
      env: environmentOf(program),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    });
    this.child = child;
    answerChannel(child, this.azure.signIn, false, {
      followed: (folder, problem) => this.heard(folder, problem),
    });
    const gone = () => {
      if (this.child !== child) return;
      this.forget();
      this.restart = setTimeout(() => {
        this.restart = undefined;
        this.update();
      }, this.pause);
      this.pause = Math.min(RESTART.most, this.pause * 2);
    };
    child.once('exit', gone);
    child.once('error', gone);
    return child;
  }

  private heard(folder: string, problem: ChannelProblem | undefined): void {
    this.pause = RESTART.least;
    if (!problem) {
      this.problems.delete(folder);
      return;
    }
    // The same, of whatever job, is told once.
    const known = [...this.problems.values()].includes(problem.message);
    this.problems.set(folder, problem.message);
    if (!known) void this.tell(problem);
  }

  private stop(): void {
    const { child } = this;
    this.forget();
    clearTimeout(this.restart);
    this.restart = undefined;
    // It ends when nobody holds the channel any more.
    if (child?.connected) child.disconnect();
  }

  private forget(): void {
    this.child = undefined;
    this.told = '';
  }
}
