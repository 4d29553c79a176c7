import type { Connection } from '../azure/connection/connection.ts';
import {
  CHANNEL_ENVIRONMENT,
  type FromEditor,
  SIGN_IN_ENVIRONMENT,
  type ToEditor,
} from '../contracts/editor-channel.ts';
import { Fault } from '../foundation/fault.ts';

/** Whether an editor has started this program and listens to it. */
export const hasEditor = (): boolean =>
  process.env[CHANNEL_ENVIRONMENT] !== undefined && process.connected === true;

/** Tells the editor something; nothing where there is none (any more). */
export function tellEditor(message: ToEditor): void {
  if (!hasEditor()) return;
  // An editor that ends meanwhile has no need of it.
  process.send?.(message, undefined, undefined, () => {});
}

export function onEditorMessage(listener: (message: FromEditor) => void): void {
  process.on('message', message => listener(message as FromEditor));
}

/** Whether the editor is who signs in. */
export const editorSignsIn = (): boolean => process.env[SIGN_IN_ENVIRONMENT] === 'editor';

/**
 * Asks the editor for each token. It has the account; this program knows tokens for as long as they last, and only in
 * memory.
 */
export function editorCredential(tenant?: string): Connection['credential'] {
  const waiting = new Map<number, (answer: FromEditor) => void>();
  let requests = 0;
  onEditorMessage(message => {
    if (message.type !== 'token' && message.type !== 'noToken') return;
    waiting.get(message.request)?.(message);
    waiting.delete(message.request);
  });
  process.once('disconnect', () => {
    for (const [request, settle] of waiting) settle({ type: 'noToken', request, ...GONE });
  });
  return {
    async getToken(scopes, options) {
      const request = requests++;
      const asked = options?.tenantId ?? tenant;
      const answer = await new Promise<FromEditor>(resolve => {
        if (!hasEditor()) return resolve({ type: 'noToken', request, ...GONE });
        waiting.set(request, resolve);
        const all = typeof scopes === 'string' ? [scopes] : scopes;
        tellEditor({ type: 'token', request, scopes: all, ...(asked !== undefined && { tenant: asked }) });
      });
      if (answer.type === 'token') return { token: answer.token, expiresOnTimestamp: answer.expiresAt };
      const { message, remedy } = answer as Extract<FromEditor, { type: 'noToken' }>;
      throw new Fault(message, remedy === undefined ? {} : { remedy });
    },
  };
}

const GONE = {
  message: 'the editor that signs in has gone',
  remedy: 'Open the folder in the editor again.',
};
