import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { CompletionItem, CompletionList, Diagnostic, Hover } from 'vscode-languageserver/node';
import {
  createProtocolConnection,
  type FileChangeType,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { options } from '../../scripts/bundling.mjs';
import { LineIndex } from '../../src/config/line-index.ts';

/**
 * Bundles the server as the product does. It lies below the repository, so that packages outside the bundle are found.
 * @returns the program's path, and a function that removes it.
 */
export async function bundleServer(): Promise<{ program: string; remove: () => void }> {
  const outdir = resolve('node_modules/.cache/innereye', `server-${process.pid}-${Date.now()}`);
  mkdirSync(outdir, { recursive: true });
  await build({ ...options, outdir, entryPoints: { server: 'server/main.ts' } });
  return {
    program: resolve(outdir, 'server.js'),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/** The server in a process of its own, spoken to over its standard streams as an editor does. */
export class RunningServer {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  /** What the server wrote into the editor's log. */
  readonly log: string[] = [];
  /** What the server asked to be drawn anew. */
  readonly refreshed: string[] = [];
  private readonly published = new Map<string, Diagnostic[]>();
  private readonly versions = new Map<string, number>();
  private listeners: (() => void)[] = [];

  constructor(program: string) {
    this.process = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.process.stdout!),
      new StreamMessageWriter(this.process.stdin!),
    );
    this.connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
      this.published.set(uri, diagnostics);
      for (const listener of this.listeners) listener();
    });
    this.connection.onNotification('window/logMessage', ({ message }) => {
      this.log.push(message);
    });
    this.connection.onRequest('client/registerCapability', () => null);
    for (const what of ['inlayHint', 'codeLens'] as const) {
      this.connection.onRequest(`workspace/${what}/refresh`, () => {
        this.refreshed.push(what);
        return null;
      });
    }
    this.connection.listen();
  }

  /** Starts the dialogue as an editor does that watches files. */
  async initialize(folder: string): Promise<unknown> {
    const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: 'workspace' }];
    this.connection.onRequest('workspace/workspaceFolders', () => workspaceFolders);
    const result = await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      workspaceFolders,
      capabilities: {
        workspace: {
          workspaceFolders: true,
          didChangeWatchedFiles: { dynamicRegistration: true },
          inlayHint: { refreshSupport: true },
          codeLens: { refreshSupport: true },
        },
      },
    });
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  open(file: string, text: string): Promise<void> {
    this.versions.set(file, 1);
    const textDocument = { uri: pathToFileURL(file).href, languageId: 'innereye', version: 1, text };
    return this.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  close(file: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didClose', {
      textDocument: { uri: pathToFileURL(file).href },
    });
  }

  /** Puts another text in the place of a whole document. */
  change(file: string, text: string): Promise<void> {
    return this.edit(file, [{ text }]);
  }

  /** Replaces `text.slice(start, end)`; `text` is what the server has. */
  replace(file: string, text: string, start: number, end: number, by: string): Promise<void> {
    const lines = new LineIndex(file, text);
    const at = (offset: number) => {
      const { line, column } = lines.position(offset);
      return { line: line - 1, character: column - 1 };
    };
    return this.edit(file, [{ range: { start: at(start), end: at(end) }, text: by }]);
  }

  private edit(file: string, contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    const version = (this.versions.get(file) ?? 0) + 1;
    this.versions.set(file, version);
    const textDocument = { uri: pathToFileURL(file).href, version };
    return this.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges });
  }

  watched(file: string, type: FileChangeType): Promise<void> {
    const changes = [{ uri: pathToFileURL(file).href, type }];
    return this.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }

  /** What was last told of a file. */
  diagnostics(file: string): Diagnostic[] {
    return this.published.get(pathToFileURL(file).href) ?? [];
  }

  /** Waits until what is told of a file is as wanted; the test's time limit ends it. */
  async until(file: string, wanted: (diagnostics: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    while (!wanted(this.diagnostics(file))) {
      await new Promise<void>(done => {
        const listener = () => {
          this.listeners = this.listeners.filter(one => one !== listener);
          done();
        };
        this.listeners.push(listener);
      });
    }
    return this.diagnostics(file);
  }

  async completion(file: string, line: number, character: number): Promise<CompletionItem[]> {
    const answer = await this.request<CompletionList | CompletionItem[] | null>(
      'textDocument/completion',
      file,
      {
        line,
        character,
      },
    );
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  hover(file: string, line: number, character: number): Promise<Hover | null> {
    return this.request<Hover | null>('textDocument/hover', file, { line, character });
  }

  request<T>(method: string, file: string, position?: { line: number; character: number }): Promise<T> {
    const textDocument = { uri: pathToFileURL(file).href };
    return this.connection.sendRequest<T>(method, { textDocument, ...(position && { position }) });
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>(done => this.process.once('exit', () => done()));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await ended;
    this.connection.dispose();
  }
}
