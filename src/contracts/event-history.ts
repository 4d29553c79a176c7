import { eventSchema, type RunEvent } from './events.ts';
import { standsAfter } from './resumption.ts';

/**
 * Reads lines of an event stream. Lines that are cut off or that a later version wrote are left out; a half line at the
 * end belongs to a writer that is still at work (or was killed).
 */
export function parseEvents(text: string): RunEvent[] {
  const events: RunEvent[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    const event = eventSchema.safeParse(value);
    if (event.success) events.push(event.data);
  }
  return events;
}

/** What holds of a stream: without the steps, metrics and checkpoints that a resumed run did again. */
export function validEvents(events: readonly RunEvent[]): RunEvent[] {
  let valid: RunEvent[] = [];
  for (const event of events) {
    if (event.type === 'resumed') {
      valid = valid.filter(
        earlier => !('step' in earlier) || standsAfter(event.step, earlier.type, earlier.step),
      );
    }
    valid.push(event);
  }
  return valid;
}
