import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** A folder, or the nearest one above it that is there: a run goes on though its configuration has moved. */
export function existingFolder(folder: string): string {
  const above = dirname(folder);
  return existsSync(folder) || above === folder ? folder : existingFolder(above);
}
