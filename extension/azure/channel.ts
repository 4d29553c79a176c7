import type { ChildProcess } from 'node:child_process';
import type { ChannelProblem, FromEditor, ToEditor } from '../../src/contracts/editor-channel.ts';
import { Fault } from '../../src/foundation/fault.ts';
import type { SignIn } from './sign-in.ts';

/** What a program tells of its work. */
export interface ChannelListener {
  progress?(message: string, done?: number, total?: number): void;
  followed?(folder: string, problem: ChannelProblem | undefined): void;
}

/**
 * Answers a program's requests for tokens, and hands on what it tells. Tokens are written into the channel and nowhere
 * else.
 * @param interactive whether the user may be asked to sign in.
 */
export function answerChannel(
  child: ChildProcess,
  signIn: SignIn,
  interactive: boolean,
  listener: ChannelListener = {},
): void {
  const answer = (message: FromEditor) => sendTo(child, message);
  child.on('message', (said: ToEditor) => {
    if (said.type === 'progress') listener.progress?.(said.message, said.done, said.total);
    else if (said.type === 'followed') listener.followed?.(said.folder, said.problem);
    else if (said.type === 'token') {
      const { request } = said;
      signIn.token(said.scopes, said.tenant, interactive).then(
        token => answer({ type: 'token', request, ...token }),
        (error: unknown) => answer({ type: 'noToken', request, ...problemOf(error) }),
      );
    }
  });
}

/** Says something to a program; nothing where it has ended meanwhile. */
export function sendTo(child: ChildProcess, message: FromEditor): void {
  if (child.connected) child.send(message, () => {});
}

function problemOf(error: unknown): ChannelProblem {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof Fault && error.remedy !== undefined
    ? { message, remedy: error.remedy }
    : { message };
}
