import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { deidentifyFile, type IdentityKey, newIdentityKey, reidentifyFile } from '../../dicom/deidentify.ts';
import { replaceAtomically, writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { insideFolder } from '../../foundation/inside-folder.ts';
import { refuseToOverwrite } from '../../foundation/overwriting.ts';
import { findSeries, holdsDicom } from '../../volume/formats/dicom.ts';
import { interruption } from '../interruption.ts';

interface Options {
  output: string;
  key: string;
  series?: string;
  allowBurnedIn?: boolean;
}

/** `innereye dicom`: takes patients' names off series and puts them back into results. */
export function dicomCommand(): Command {
  const command = new Command('dicom').description(
    "take patients' names off a DICOM series, and put them back into results",
  );
  command
    .command('deidentify')
    .description('write a series without what says whose it is')
    .argument('<series>', 'folder of a DICOM series')
    .requiredOption('-o, --output <folder>', 'a new or empty folder, gets the slices')
    .requiredOption('--key <file>', 'gets the way back: it names the patient; goes on with one that is there')
    .option('--series <uid>', 'the DICOM series, where a folder holds several')
    .option('--allow-burned-in', 'take images too that may show text, once you have looked at them')
    .action(deidentify);
  command
    .command('reidentify')
    .description('put patient and identifiers back into an RTSTRUCT or SEG of a de-identified series')
    .argument('<result>', 'RTSTRUCT or SEG')
    .requiredOption('-o, --output <file>', 'gets the result')
    .requiredOption('--key <file>', 'what `innereye dicom deidentify` wrote')
    .action(reidentify);
  return command;
}

async function deidentify(path: string, options: Options): Promise<void> {
  const { output, key: keyFile, series, allowBurnedIn } = options;
  const folder = resolve(path);
  const target = resolve(output);
  const signal = interruption('Stopping; nothing is left of it');
  if (!(await holdsDicom(folder))) {
    throw new Fault('there is no DICOM image here', {
      place: { file: folder },
      remedy: 'Name the folder of a series.',
    });
  }
  if ((await readdir(target).catch(() => [])).length > 0) {
    throw new Fault('the output folder is not empty', {
      place: { file: target },
      remedy: 'Name a new folder for each series: slices of two would be mixed.',
    });
  }
  if (insideFolder(target, relative(target, resolve(keyFile))) !== undefined) {
    throw new Fault('the key would lie among the slices: who gets these could tell whose they are', {
      place: { file: keyFile },
      remedy: 'Name a file outside of the output folder as --key.',
    });
  }
  const { files } = await findSeries(folder, { series });
  const known = await stat(keyFile).catch(() => undefined);
  const key = known ? await readKey(keyFile) : newIdentityKey();
  const slices: { name: string; content: Buffer }[] = [];
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    slices.push({
      name: `${String(index + 1).padStart(5, '0')}.dcm`,
      content: await deidentifyFile(file, key, { allowBurnedIn }),
    });
  }
  try {
    // The way back is on the disk first, as without it the slices are of nobody, and gets its name last.
    await replaceAtomically(resolve(keyFile), async temporary => {
      await writeFile(temporary, `${JSON.stringify(key)}\n`, { mode: 0o600, flag: 'wx' });
      for (const { name, content } of slices) {
        signal.throwIfAborted();
        await writeFileAtomically(join(target, name), content);
      }
    });
  } catch (error) {
    await Promise.all(slices.map(({ name }) => rm(join(target, name), { force: true }).catch(() => {})));
    throw error;
  }
  console.log(`${slices.length} slices are in ${output}; the way back is in ${basename(keyFile)}`);
}

async function reidentify(result: string, { output, key }: Options): Promise<void> {
  await refuseToOverwrite([output], [result, key]);
  const content = await reidentifyFile(resolve(result), await readKey(key));
  await writeFileAtomically(resolve(output), content);
  console.log(output);
}

const elements = z.record(z.string(), z.object({ vr: z.string(), Value: z.array(z.unknown()) }));
const keySchema = z.object({
  innereye_identity_key: z.literal(1),
  studies: z.record(z.string(), z.object({ pseudonym: z.string(), elements })),
  uids: z.record(z.string(), z.string()),
  secret: z.string(),
});

async function readKey(file: string): Promise<IdentityKey> {
  try {
    return keySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new Fault('the key cannot be read', {
      place: { file },
      remedy: 'Name the file that `innereye dicom deidentify` wrote.',
      cause,
    });
  }
}
