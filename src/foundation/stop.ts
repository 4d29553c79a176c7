/**
 * True for what is thrown because of a stop: the reason of the signal, or the AbortError of a call of Node's that was
 * given it. Whatever else is thrown after a stop was asked for is an error like any other.
 */
export const isStop = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));
