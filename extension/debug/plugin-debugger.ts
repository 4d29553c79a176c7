import { createServer } from 'node:net';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Backend } from '../backend/backend.ts';

/** The plugin modules of a configuration, from it or from what it inherits; none where it cannot be resolved. */
export async function pluginsOf(backend: Backend, configuration: string): Promise<string[]> {
  try {
    const { settings } = JSON.parse(await backend.run(['resolve', configuration, '--json'])) as {
      settings?: { plugins?: string[] };
    };
    return settings?.plugins ?? [];
  } catch {
    // What is wrong with it is told by the adapter.
    return [];
  }
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/**
 * Lets VS Code's own JavaScript debugger into the process that trains, as a part of the same session, so that breakpoints in
 * the TypeScript of plugins stop.
 */
export async function debugPlugins(session: vscode.DebugSession): Promise<void> {
  const { inspect, plugins = [] } = session.configuration as { inspect?: number; plugins?: string[] };
  if (inspect === undefined) return;
  const folders = [...new Set(plugins.map(plugin => dirname(plugin)))];
  await vscode.debug.startDebugging(
    session.workspaceFolder,
    {
      type: 'node',
      request: 'attach',
      name: 'Plugins',
      address: '127.0.0.1',
      port: inspect,
      sourceMaps: true,
      // Plugins are compiled into a folder that is gone when they run.
      resolveSourceMapLocations: null,
      pauseForSourceMap: true,
      skipFiles: ['<node_internals>/**', '**/node_modules/**'],
      localRoot: folders[0],
    },
    {
      parentSession: session,
      lifecycleManagedByParent: true,
      compact: true,
      consoleMode: vscode.DebugConsoleMode.MergeWithParent,
      suppressSaveBeforeStart: true,
    },
  );
  await session.customRequest('innereye/attached');
}
