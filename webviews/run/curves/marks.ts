import type { RunStore } from '../store/run-store.ts';
import { type Axis, place } from './view.ts';

/** Something that happened at a place, marked on the curves. */
export interface Mark {
  readonly kind: 'checkpoint' | 'best' | 'resumed' | 'warning' | 'error';
  /** On the horizontal axis. */
  readonly x: number;
  readonly text: string;
}

/** The marks of a run; the checkpoint that is the best until now is `best`. */
export function marksOf(store: RunStore, axis: Axis): Mark[] {
  const best = store.checkpoints.findLast(checkpoint => checkpoint.best);
  return [
    ...store.checkpoints.map(checkpoint => ({
      kind: checkpoint === best ? ('best' as const) : ('checkpoint' as const),
      x: place(store, checkpoint, axis),
      text: checkpoint === best ? 'best checkpoint' : 'checkpoint',
    })),
    ...store.resumptions.map(resumption => ({
      kind: 'resumed' as const,
      x: place(store, resumption, axis),
      text: 'resumed',
    })),
    ...store.messages.flatMap(message =>
      message.type === 'log'
        ? []
        : [
            {
              kind: message.type,
              x: place(store, message, axis),
              text: `${message.type}: ${message.message}`,
            },
          ],
    ),
  ];
}

/** What is marked within a distance of a place, each text once. */
export function marksNear(marks: readonly Mark[], x: number, distance: number): string[] {
  const near = marks.filter(mark => Math.abs(mark.x - x) <= distance).map(({ text }) => text);
  return [...new Set(near)];
}
