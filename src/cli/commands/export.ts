import { resolve } from 'node:path';
import { Command } from 'commander';
import type { ScalarBundle } from '../../contracts/bundle.ts';
import { exportBundle } from '../../export/export-bundle.ts';
import { Fault } from '../../foundation/fault.ts';

interface Options {
  output?: string;
  name?: string;
  version: string;
  force?: boolean;
  json?: boolean;
}

/** `innereye export`: one archive with all that predicting with a trained model takes. */
export function exportCommand(): Command {
  return new Command('export')
    .description('make a bundle of a trained model: one archive to predict with, to serve, to hand on')
    .argument('<run>', 'folder of a run, or of an ensemble')
    .option('-o, --output <file>', 'path of the bundle; default: NAME-VERSION.innereye.zip')
    .option('--name <name>', 'what the service calls the model; default: the name of the run')
    .option('--version <number>', 'version of the model under this name', '1')
    .option('--force', 'write over a bundle that is there')
    .option('--json', 'print the path and the manifest as a JSON object')
    .action(exportRun);
}

async function exportRun(
  run: string,
  { output, name, version, force = false, json = false }: Options,
): Promise<void> {
  if (!/^[1-9]\d{0,8}$/.test(version)) {
    throw new Fault(`"${version}" is no version of a model`, { remedy: 'Versions are 1, 2, 3 and so on.' });
  }
  if (output !== undefined && !/\.zip$/i.test(output)) {
    throw new Fault('the output is not a bundle by its name', {
      place: { file: output },
      remedy: 'Name it NAME.innereye.zip.',
    });
  }
  const { file, manifest } = await exportBundle(resolve(run), {
    version: Number(version),
    folder: process.cwd(),
    force,
    ...(name !== undefined && { name }),
    ...(output !== undefined && { output: resolve(output) }),
  });
  if (json) return console.log(JSON.stringify({ file, manifest }));
  const { members, channels, notice } = manifest;
  const given = [...channels, ...(manifest.task === 'segmentation' ? [] : columnsOf(manifest))];
  const told = manifest.task === 'segmentation' ? manifest.structures : manifest.targets;
  console.log(file);
  console.error(
    `${manifest.name}:${manifest.version}: ${members.length} network${members.length > 1 ? 's' : ''}, ` +
      `${given.join(', ')} → ${told.map(one => one.name).join(', ')}`,
  );
  console.error(notice);
}

function columnsOf({ members }: ScalarBundle): string[] {
  const { numerical, categorical } = members[0]!.table.features;
  return [...numerical, ...categorical].map(({ column }) => column);
}
