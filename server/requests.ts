import { type Connection, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { ParsedDocument } from '../src/config/document.ts';
import { Fault } from '../src/foundation/fault.ts';
import { fileOf, RESOLVED_SCHEME } from './addresses.ts';
import { definition } from './features/definition.ts';
import { foldingRanges } from './features/folding.ts';
import { documentLinks } from './features/links.ts';
import { references } from './features/references.ts';
import { prepareRename, rename } from './features/rename.ts';
import { selectionRanges } from './features/selection-ranges.ts';
import { documentSymbols, workspaceSymbols } from './features/symbols.ts';
import type { Readers } from './readers.ts';

interface InDocument {
  readonly textDocument: { readonly uri: string };
}

/** Binds each request of the protocol to the feature that answers it. */
export function answerRequests(connection: Connection, readers: Readers): void {
  const at = <P extends InDocument, R>(name: string, answer: (document: ParsedDocument, request: P) => R) =>
    guarded(connection, name, (request: P): R | null => {
      const { uri } = request.textDocument;
      const file = uri.startsWith(RESOLVED_SCHEME) ? undefined : fileOf(uri);
      const document = file === undefined ? undefined : readers.document(file);
      return document === undefined ? null : answer(document, request);
    });
  connection.onDefinition(
    at('definition', (document, { position }) => definition(document, position, readers)),
  );
  connection.onReferences(
    at('references', (document, { position, context }) =>
      references(document, position, readers, context.includeDeclaration),
    ),
  );
  connection.onPrepareRename(
    at('prepareRename', (document, { position }) => prepareRename(document, position, readers)),
  );
  connection.onRenameRequest(
    at('rename', (document, { position, newName }) => rename(document, position, newName, readers)),
  );
  connection.onDocumentSymbol(at('documentSymbol', document => documentSymbols(document)));
  connection.onWorkspaceSymbol(
    guarded(connection, 'workspaceSymbol', ({ query }) => workspaceSymbols(query, readers)),
  );
  connection.onDocumentLinks(at('documentLink', document => documentLinks(document, readers)));
  connection.onSelectionRanges(
    at('selectionRange', (document, { positions }) => selectionRanges(document, positions)),
  );
  connection.onFoldingRanges(at('foldingRange', document => foldingRanges(document)));
}

/**
 * An answer that cannot bring the server down: what a user asked for in vain is told to them, a defect of ours goes to
 * the editor's log and is answered with nothing.
 */
export function guarded<P, R>(
  connection: Connection,
  name: string,
  answer: (request: P) => R,
): (request: P) => R | null | ResponseError<void> {
  return request => {
    try {
      return answer(request);
    } catch (error) {
      if (error instanceof Fault) {
        const text = error.remedy === undefined ? error.message : `${error.message}. ${error.remedy}`;
        return new ResponseError(LSPErrorCodes.RequestFailed, text);
      }
      connection.console.error(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
      return null;
    }
  };
}

/** The answer to a request that was taken back before its turn came. */
export function cancelled(id: string | number | null) {
  const error = { code: LSPErrorCodes.RequestCancelled, message: 'taken back' };
  return { jsonrpc: '2.0' as const, id, error };
}
