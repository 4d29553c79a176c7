import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEvents } from '../../src/contracts/event-history.ts';
import { RUN_FILES } from '../../src/runs/run-folder.ts';

/** How far a run is. */
export interface RunProgress {
  /** Epochs done. */
  readonly epoch: number;
  /** What is done beside training: `preparing training subjects`, `predicting`. */
  readonly phase?: { readonly name: string; readonly done: number; readonly total: number };
}

/** Events of the last seconds; a line has about 200 bytes. */
const TAIL_BYTES = 16_384;

/** How far a run is, from the end of its event stream; undefined where that says nothing or cannot be read. */
export async function readProgress(folder: string): Promise<RunProgress | undefined> {
  const file = await open(join(folder, RUN_FILES.events)).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return progressIn(buffer.toString('utf8'));
  } catch {
    // A folder in its place, or a disk that fails.
    return undefined;
  } finally {
    await file.close().catch(() => {});
  }
}

/** The last that a stretch of an event stream says of how far a run is; its first line may be cut. */
export function progressIn(text: string): RunProgress | undefined {
  let epoch: number | undefined;
  let phase: RunProgress['phase'];
  for (const event of parseEvents(text)) {
    if (event.type === 'progress') phase = { name: event.phase, done: event.done, total: event.total };
    else if (event.type === 'epoch') epoch = event.epoch + 1;
    else if (event.type === 'step' || event.type === 'resumed') epoch = event.epoch;
    else continue;
    // Whatever else was done is over once training goes on.
    if (event.type !== 'progress') phase = undefined;
  }
  if (epoch === undefined && phase === undefined) return undefined;
  return { epoch: epoch ?? 0, ...(phase && { phase }) };
}
