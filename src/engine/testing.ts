import { type EngineInfo, openEngine } from './engine.ts';
import { findLibrary } from './library.ts';

/**
 * Why tests on the engine must be skipped here, or an empty string:
 * `describe.skipIf(engineMissing)(`training ${engineMissing}`, …)`.
 */
export const engineMissing: string = findLibrary()
  ? ''
  : '(skipped: no TensorFlow library; run `innereye engine install`)';

/** The engine with two threads, whatever the machine has, so that results can be compared. */
export const openTestEngine = (): Promise<EngineInfo> => openEngine({ threads: 2 });
