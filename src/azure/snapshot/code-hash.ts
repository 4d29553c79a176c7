import { createHash } from 'node:crypto';
import type { LocalFile } from '../workspace.ts';

/**
 * The hash of a snapshot as AzureML's Python client makes it (azure-ai-ml, `get_object_hash`, version 202208): SHA-256
 * over the number of files, their names and sizes, and their contents, sorted by name without regard to case.
 * @param contentOf the bytes of a file.
 */
export async function codeHash(
  files: readonly LocalFile[],
  contentOf: (file: LocalFile) => Promise<Uint8Array>,
): Promise<string> {
  const hash = createHash('sha256').update(String(files.length));
  const sorted = [...files].sort((a, b) => {
    const [first, second] = [a.path.toLowerCase(), b.path.toLowerCase()];
    return first < second ? -1 : first > second ? 1 : 0;
  });
  for (const { path, bytes } of sorted) hash.update(`#${path}#`).update(String(bytes));
  for (const file of sorted) hash.update(await contentOf(file));
  return hash.digest('hex');
}
