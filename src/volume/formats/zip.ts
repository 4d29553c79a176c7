import { type Entry, open, type ZipFile } from 'yauzl';
import { Fault } from '../../foundation/fault.ts';
import { asReadFault } from '../../foundation/file-fault.ts';

/** The names of an archive's files. @throws Fault where it is damaged. */
export async function zipEntries(file: string): Promise<string[]> {
  const names: string[] = [];
  await eachEntry(file, async ({ fileName }) => {
    names.push(fileName);
    return false;
  });
  return names;
}

/** The first bytes of a file in an archive, at most `most`; inflates no more. @throws Fault where it is damaged. */
export async function readZipEntry(file: string, name: string, most: number): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  await eachEntry(file, async (entry, archive) => {
    if (entry.fileName !== name) return false;
    bytes = await firstBytes(archive, entry, most);
    return true;
  });
  return bytes;
}

function firstBytes(archive: ZipFile, entry: Entry, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => {
      if (error) return reject(error);
      // Not more than the archive itself says, and that cannot be more than deflate can pack.
      const possible = Math.min(most, entry.uncompressedSize, entry.compressedSize * 1032 + 1024);
      const bytes = Buffer.allocUnsafeSlow(possible);
      let filled = 0;
      const finish = () => resolve(bytes.subarray(0, filled));
      stream.on('data', (chunk: Buffer) => {
        filled += chunk.copy(bytes, filled);
        if (filled < possible) return;
        stream.destroy();
        finish();
      });
      stream.on('end', finish);
      stream.on('error', reject);
    });
  });
}

/** Calls `visit` for the files of an archive until it returns true. */
async function eachEntry(
  file: string,
  visit: (entry: Entry, archive: ZipFile) => Promise<boolean>,
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      open(file, { lazyEntries: true, autoClose: false }, (error, archive) => {
        if (error) return reject(error);
        const finish = (failure?: unknown) => {
          archive.close();
          if (failure === undefined) resolve();
          else reject(failure as Error);
        };
        archive.on('error', finish);
        archive.on('end', () => finish());
        archive.on('entry', (entry: Entry) => {
          visit(entry, archive).then(done => (done ? finish() : archive.readEntry()), finish);
        });
        archive.readEntry();
      });
    });
  } catch (error) {
    const fault = asReadFault(error, file);
    if (fault instanceof Fault) throw fault;
    throw new Fault('the archive is damaged', {
      place: { file },
      remedy: 'Copy or export the file again.',
      cause: error,
    });
  }
}
