import { basename } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../../foundation/fault.ts';
import { refuseToOverwrite, requireNew } from '../../foundation/overwriting.ts';
import { readRegularFile } from '../../foundation/regular-file.ts';

/** Bytes; the settings of a run are some kilobytes. */
const LARGEST = 16 * 2 ** 20;

interface ImportOptions {
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `innereye import-config`: an old InnerEye run's settings as a configuration. */
export function importConfigCommand(): Command {
  return new Command('import-config')
    .description(
      "turn an InnerEye run's args.txt, or a YAML or JSON dump of its settings, into a configuration",
    )
    .argument('<file>', 'args.txt, or a *.yaml or *.json dump')
    .option('--output <file>', 'write the *.innereye.yaml there instead of to standard output')
    .option('--force', 'write over a file that is there')
    .option('--json', 'configuration and remarks as a JSON object')
    .action((file: string, options: ImportOptions) => importConfig(file, options));
}

async function importConfig(
  file: string,
  { output, force = false, json = false }: ImportOptions,
): Promise<void> {
  if (output !== undefined) {
    requireNew(output, 'the configuration', force);
    await refuseToOverwrite([output], [file]);
  }
  const { readOldSettings } = await import('../../config/innereye-import/old-settings.ts');
  const { importSettings } = await import('../../config/innereye-import/import-settings.ts');
  const { writeFileAtomically } = await import('../../foundation/atomic-file.ts');
  const imported = importSettings(readOldSettings(readText(file), file), basename(file));
  if (output !== undefined) await writeFileAtomically(output, imported.yaml);
  if (json) console.log(JSON.stringify(imported, null, 2));
  else if (output === undefined) process.stdout.write(imported.yaml);
  if (json) return;
  if (output !== undefined) console.error(`${output} is written.`);
  for (const note of imported.notes) console.error(`to check: ${note}`);
  for (const line of imported.left) console.error(`without a counterpart: ${line}`);
}

function readText(file: string): string {
  const remedy = 'Name the args.txt of an InnerEye run.';
  let text: string | undefined;
  try {
    text = readRegularFile(file, LARGEST);
  } catch (cause) {
    throw new Fault(`the file cannot be read: ${(cause as Error).message}`, {
      place: { file },
      remedy,
      cause,
    });
  }
  if (text !== undefined) return text;
  throw new Fault('there is no such file', { place: { file }, remedy });
}
