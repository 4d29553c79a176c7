import type {
  Connection,
  DefinitionParams,
  DocumentLinkParams,
  WorkspaceSymbolParams,
} from 'vscode-languageserver/node';
import { ResponseError } from 'vscode-languageserver/node';
import type { ParsedDocument } from '../src/config/document.ts';
import { COMPARE, VIRTUAL_TEXT } from '../src/contracts/language.ts';
import { compareParameters, virtualTextParameters } from '../src/contracts/language-parameters.ts';
import { fileOf, isResolved } from './addresses.ts';
import { compare } from './compare.ts';
import { codeActions } from './features/code-actions.ts';
import { codeLenses } from './features/code-lenses.ts';
import { completion } from './features/completion.ts';
import { definition } from './features/definition.ts';
import { foldingRanges } from './features/folding.ts';
import { formatting } from './features/formatting.ts';
import { hover } from './features/hover.ts';
import { inlayHints } from './features/inlay-hints.ts';
import { documentLinks } from './features/links.ts';
import { references } from './features/references.ts';
import { prepareRename, rename } from './features/rename.ts';
import { selectionRanges } from './features/selection-ranges.ts';
import { documentSymbols, workspaceSymbols } from './features/symbols.ts';
import { guarded } from './guarded.ts';
import type { Readers } from './readers.ts';
import { originDefinition, originLinks, type VirtualTexts } from './virtual-texts.ts';

interface InDocument {
  readonly textDocument: { readonly uri: string };
}

/** What the editor can do. */
export interface Editor {
  /** Commands that lenses may call. */
  readonly commands: readonly string[];
  readonly snippets: boolean;
  /** Whether a definition may say what of the text is underlined. */
  readonly links: boolean;
}

/** What requests are answered from. */
export interface Answers {
  readonly readers: Readers;
  readonly texts: VirtualTexts;
  /** What the editor has said of itself. */
  editor(): Editor;
}

/** Binds each request of the protocol, and our own, to the feature that answers it. */
export function answerRequests(connection: Connection, { readers, texts, editor }: Answers): void {
  const log = (text: string) => connection.console.error(text);
  const answering = <P, R>(name: string, answer: (request: P) => R) => guarded(name, answer, log);
  const inDocument = <P extends InDocument, R>(
    name: string,
    answer: (document: ParsedDocument, request: P) => R,
  ) =>
    answering(name, (request: P): R | null => {
      const { uri } = request.textDocument;
      const file = isResolved(uri) ? undefined : fileOf(uri);
      const document = file === undefined ? undefined : readers.document(file);
      return document === undefined ? null : answer(document, request);
    });
  connection.onCompletion(
    inDocument('completion', (document, { position }) =>
      completion(document, position, readers, editor().snippets),
    ),
  );
  connection.onHover(inDocument('hover', (document, { position }) => hover(document, position, readers)));
  const toDefinition = inDocument('definition', (document, { position }: DefinitionParams) =>
    definition(document, position, readers),
  );
  connection.onDefinition(
    answering('definition', (request: DefinitionParams) => {
      const links = isResolved(request.textDocument.uri)
        ? originDefinition(request.textDocument.uri, request.position, readers)
        : toDefinition(request);
      if (links === null || links instanceof ResponseError || editor().links) return links;
      return links.map(link => ({ uri: link.targetUri, range: link.targetSelectionRange }));
    }),
  );
  connection.onReferences(
    inDocument('references', (document, { position, context }) =>
      references(document, position, readers, context.includeDeclaration),
    ),
  );
  connection.onPrepareRename(
    inDocument('prepareRename', (document, { position }) => prepareRename(document, position, readers)),
  );
  connection.onRenameRequest(
    inDocument('rename', (document, { position, newName }) => rename(document, position, newName, readers)),
  );
  connection.onDocumentSymbol(inDocument('documentSymbol', document => documentSymbols(document)));
  connection.onWorkspaceSymbol(
    answering('workspaceSymbol', ({ query }: WorkspaceSymbolParams) => workspaceSymbols(query, readers)),
  );
  const toLinks = inDocument('documentLink', document => documentLinks(document, readers));
  connection.onDocumentLinks(
    answering('documentLink', (request: DocumentLinkParams) =>
      isResolved(request.textDocument.uri)
        ? originLinks(request.textDocument.uri, readers)
        : toLinks(request),
    ),
  );
  connection.onSelectionRanges(
    inDocument('selectionRange', (document, { positions }) => selectionRanges(document, positions)),
  );
  connection.onFoldingRanges(inDocument('foldingRange', document => foldingRanges(document)));
  connection.languages.inlayHint.on(
    inDocument('inlayHint', (document, { range }) => inlayHints(document, range, readers)),
  );
  connection.onCodeLens(inDocument('codeLens', document => codeLenses(document, readers, editor().commands)));
  connection.onCodeAction(
    inDocument('codeAction', (document, { range, context }) =>
      codeActions(document, range, context.diagnostics, readers),
    ),
  );
  connection.onDocumentFormatting(inDocument('formatting', document => formatting(document)));
  connection.onRequest(
    VIRTUAL_TEXT,
    answering('virtualText', (request: unknown) => texts.text(virtualTextParameters.parse(request).uri)),
  );
  connection.onRequest(
    COMPARE,
    answering('compare', (request: unknown) => {
      const { left, right } = compareParameters.parse(request);
      return compare(left, right, readers);
    }),
  );
}
