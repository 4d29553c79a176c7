import { connect } from 'node:net';

/** Time that an answer may take on a network that works. */
const ANSWER_MILLISECONDS = 5_000;

/** True where something takes connections at `host:port`. */
export function isReachable(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  return new Promise(resolve => {
    const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
    const answer = (reachable: boolean) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(ANSWER_MILLISECONDS, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

/** Failures in a row after which a process counts as gone. */
const FAILURES = 3;

/** Notices that processes are gone that could be reached before. */
export class Presence {
  private readonly failures = new Map<string, number>();

  /** Tries all addresses. @returns those that have not answered several times in a row. */
  async gone(addresses: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      addresses.map(async address => {
        const failures = (await isReachable(address)) ? 0 : (this.failures.get(address) ?? 0) + 1;
        this.failures.set(address, failures);
        return failures >= FAILURES ? [address] : [];
      }),
    );
    return found.flat();
  }
}
