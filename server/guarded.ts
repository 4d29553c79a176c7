import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { Fault } from '../src/foundation/fault.ts';

/**
 * An answer that cannot bring the server down: what a user asked for in vain is told to them, a defect of ours goes to
 * the editor's log and is answered with nothing.
 */
export function guarded<P, R>(
  name: string,
  answer: (request: P) => R,
  log: (text: string) => void,
): (request: P) => R | null | ResponseError<void> {
  return request => {
    try {
      return answer(request);
    } catch (error) {
      if (error instanceof Fault) {
        const text = error.remedy === undefined ? error.message : `${error.message}. ${error.remedy}`;
        return new ResponseError(LSPErrorCodes.RequestFailed, text);
      }
      log(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
      return null;
    }
  };
}

/** The answer to a request that was taken back before its turn came. */
export function cancelled(id: string | number | null) {
  const error = { code: LSPErrorCodes.RequestCancelled, message: 'taken back' };
  return { jsonrpc: '2.0' as const, id, error };
}
