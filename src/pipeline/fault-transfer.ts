import { Fault, Faults, type Place } from '../foundation/fault.ts';
import { asFileFault } from '../foundation/file-fault.ts';

interface FaultMessage {
  readonly what: string;
  readonly place: Place;
  readonly remedy: string | undefined;
}

/** An error as plain data that can be sent to another thread. */
export type ErrorMessage =
  | { readonly kind: 'fault'; readonly fault: FaultMessage }
  | { readonly kind: 'faults'; readonly what: string; readonly faults: readonly FaultMessage[] }
  | { readonly kind: 'error'; readonly message: string; readonly stack: string | undefined };

/** What to send of an error: everything a user is told, and the stack of a defect. */
export function packError(met: unknown): ErrorMessage {
  const error = asFileFault(met);
  if (error instanceof Fault) return { kind: 'fault', fault: packFault(error) };
  if (error instanceof Faults)
    return { kind: 'faults', what: error.message, faults: error.faults.map(packFault) };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'error', message, stack };
}

/** The error that was sent. */
export function unpackError(packed: ErrorMessage): Error {
  switch (packed.kind) {
    case 'fault':
      return unpackFault(packed.fault);
    case 'faults':
      return new Faults(packed.what, packed.faults.map(unpackFault));
    case 'error': {
      const error = new Error(packed.message);
      if (packed.stack !== undefined) error.stack = packed.stack;
      return error;
    }
  }
}

const packFault = ({ message, place, remedy }: Fault): FaultMessage => ({ what: message, place, remedy });

const unpackFault = ({ what, place, remedy }: FaultMessage): Fault =>
  new Fault(what, { place, ...(remedy !== undefined && { remedy }) });
