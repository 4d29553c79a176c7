// The language server for `*.innereye.yaml`: `node dist/server.js --stdio`, or over node's own channel.
import {
  createConnection,
  DidChangeWatchedFilesNotification,
  Message,
  ProposedFeatures,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { PRESET } from '../src/config/presets/presets.ts';
import { VIRTUAL_TEXT_CHANGED } from '../src/contracts/language.ts';
import { initializationOptions } from '../src/contracts/language-parameters.ts';
import { fileOf, isResolved, uriOf } from './addresses.ts';
import { CAPABILITIES, WATCHED } from './capabilities.ts';
import { cancelled } from './guarded.ts';
import { answerRequests, type Editor } from './requests.ts';
import { Validator } from './validator.ts';
import { VirtualTexts } from './virtual-texts.ts';
import { Workspace } from './workspace/workspace.ts';

/** What depends on other files is drawn anew when typing pauses, not at each key. */
const REFRESH_AFTER_MS = 300;

const connection = createConnection(ProposedFeatures.all, {
  connectionStrategy: {
    cancelUndispatched: message => (Message.isRequest(message) ? cancelled(message.id) : undefined),
  },
});
const documents = new TextDocuments(TextDocument);
const workspace = new Workspace(() => validator.changed());
const texts = new VirtualTexts(workspace);
const validator = new Validator({
  readers: workspace,
  publish: (file, diagnostics) =>
    void connection.sendDiagnostics({ uri: uris.get(file) ?? uriOf(file), diagnostics }),
  settled: refreshSoon,
  failed: logged,
});
/** Open files by the URIs that the editor calls them by. */
const uris = new Map<string, string>();
let clientWatches = false;
let clientHasFolders = false;
/** Of editors that know no workspace folders. */
let root: string | undefined;
let clientRefreshes = { hints: false, lenses: false };
let editor: Editor = { commands: [], snippets: false, links: false };
let refreshing: NodeJS.Timeout | undefined;

connection.onInitialize(({ capabilities, initializationOptions: given, rootUri, workspaceFolders }) => {
  root = rootUri ?? undefined;
  const options = initializationOptions.safeParse(given ?? {}).data ?? { commands: [], trusted: false };
  if (!options.trusted) workspace.distrust();
  workspace.surround(foldersOf(workspaceFolders ?? undefined));
  editor = {
    commands: options.commands,
    snippets: capabilities.textDocument?.completion?.completionItem?.snippetSupport ?? false,
    links: capabilities.textDocument?.definition?.linkSupport ?? false,
  };
  clientWatches = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false;
  clientRefreshes = {
    hints: capabilities.workspace?.inlayHint?.refreshSupport ?? false,
    lenses: capabilities.workspace?.codeLens?.refreshSupport ?? false,
  };
  clientHasFolders = capabilities.workspace?.workspaceFolders ?? false;
  return { capabilities: CAPABILITIES, serverInfo: { name: 'innereye' } };
});

connection.onInitialized(() => {
  const watchers = WATCHED.map(globPattern => ({ globPattern }));
  if (clientWatches)
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(logged);
  if (clientHasFolders) connection.workspace.onDidChangeWorkspaceFolders(() => search().catch(logged));
  search().catch(logged);
});

async function search(): Promise<void> {
  const given = clientHasFolders ? await connection.workspace.getWorkspaceFolders() : undefined;
  await workspace.search(foldersOf(given ?? undefined));
  validator.changed();
}

/** Paths of the workspace's folders, or of the one folder of editors that know no more. */
function foldersOf(given: readonly { readonly uri: string }[] | undefined): string[] {
  const uris = given?.map(({ uri }) => uri) ?? (root === undefined ? [] : [root]);
  return uris.flatMap(uri => fileOf(uri) ?? []);
}

connection.onDidChangeWatchedFiles(({ changes }) => {
  for (const { uri } of changes) {
    const file = fileOf(uri);
    if (file !== undefined) workspace.changedOnDisk(file);
  }
  validator.changed();
});

documents.onDidOpen(({ document }) => {
  const file = editable(document.uri);
  if (file === undefined) return;
  uris.set(file, document.uri);
  workspace.edited(file, document.getText());
  validator.opened(file);
});
documents.onDidChangeContent(({ document }) => {
  const file = editable(document.uri);
  if (file === undefined) return;
  workspace.edited(file, document.getText());
  validator.changed(file);
});
documents.onDidClose(({ document }) => {
  texts.forget(document.uri);
  const file = editable(document.uri);
  if (file === undefined) return;
  workspace.closed(file);
  validator.closed(file);
  uris.delete(file);
});

/** The file of a document that can be edited: presets and resolved configurations cannot. */
function editable(uri: string): string | undefined {
  const file = isResolved(uri) ? undefined : fileOf(uri);
  return file?.startsWith(PRESET) ? undefined : file;
}

/** Hints, lenses and virtual texts can depend on other files than the one that is edited. */
function refreshSoon(): void {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => {
    const changed = texts.changed();
    if (changed.length > 0) void connection.sendNotification(VIRTUAL_TEXT_CHANGED, changed);
    if (uris.size === 0) return;
    if (clientRefreshes.hints) connection.languages.inlayHint.refresh().catch(logged);
    if (clientRefreshes.lenses) connection.sendRequest('workspace/codeLens/refresh').catch(logged);
  }, REFRESH_AFTER_MS);
}

function logged(error: unknown): void {
  connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

answerRequests(connection, { readers: workspace, texts, editor: () => editor });
documents.listen(connection);
connection.listen();
