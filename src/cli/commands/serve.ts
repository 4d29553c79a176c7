import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { NOTICE } from '../../export/describe-bundle.ts';
import { Fault } from '../../foundation/fault.ts';
import { findModels } from '../../serving/find-models.ts';
import { startService } from '../../serving/start-service.ts';
import { interruption } from '../interruption.ts';

/** Where the secret is read from: arguments are seen by everybody on a machine. */
const SECRET = 'API_AUTH_SECRET';
/** Where AzureML puts the model of an endpoint. */
const MODELS = 'AZUREML_MODEL_DIR';
const MEGABYTE = 2 ** 20;
const MINUTE = 60_000;

interface Options {
  model?: string[];
  host: string;
  port: number;
  secret: boolean;
  keepMinutes: number;
  queue: number;
  queuePerClient: number;
  maxMegabytes: number;
  maxUnpackedMegabytes: number;
  heldMegabytes: number;
  scanMinutes: number;
  uploadMinutes: number;
  spool?: string;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a positive number.');
};
const port = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError('It must be a port, 0 to 65535.');
};

/** `innereye serve`: bundles behind a REST interface, InnerEye-Inference's and a simpler one. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'serve models over HTTP: scans in, RTSTRUCT, SEG or NIfTI out; of other tasks tables in, JSON out',
    )
    .option(
      '--model <path...>',
      `bundles that \`innereye export\` made, runs, or folders of such; default: those in ${MODELS}`,
    )
    .option('--host <address>', 'where to listen; 0.0.0.0 for other machines', '127.0.0.1')
    .option('--port <number>', 'where to listen; 0 takes any that is free', port, 8080)
    .option('--no-secret', `serve without ${SECRET}, for everybody who reaches the port`)
    .option('--keep-minutes <number>', 'how long results are kept', positive, 60)
    .option('--queue <number>', 'scans that may wait for each model', positive, 20)
    .option('--queue-per-client <number>', 'of them those of one client', positive, 10)
    .option('--max-megabytes <number>', 'size of a request', positive, 1024)
    .option('--max-unpacked-megabytes <number>', 'size of a series, unpacked', positive, 4096)
    .option('--held-megabytes <number>', 'of all scans that come in or wait', positive, 8192)
    .option('--scan-minutes <number>', 'how long a scan may take', positive, 15)
    .option('--upload-minutes <number>', 'how long a request may take to arrive', positive, 5)
    .option('--spool <folder>', 'where scans lie while they are segmented; default: for temporary files')
    .addHelpText('after', `\nClients send the secret of the environment's ${SECRET} as the header ${SECRET}.`)
    .action(serve);
}

async function serve(options: Options): Promise<void> {
  const secret = secretFor(options);
  const stop = interruption('Stopping after the scans under way');
  const service = await startService({
    bundles: await findModels(modelsOf(options)),
    host: options.host,
    port: options.port,
    secret,
    program: process.argv[1]!,
    waiting: options.queue,
    waitingOfClient: options.queuePerClient,
    keep: options.keepMinutes * MINUTE,
    largestBody: options.maxMegabytes * MEGABYTE,
    largestUnpacked: options.maxUnpackedMegabytes * MEGABYTE,
    largestHeld: options.heldMegabytes * MEGABYTE,
    scanTimeout: options.scanMinutes * MINUTE,
    requestTimeout: options.uploadMinutes * MINUTE,
    ...(options.spool !== undefined && { spool: resolve(options.spool) }),
    onLog: entry => console.error(JSON.stringify(entry)),
  });
  console.log(`${service.models.join(', ')} at ${service.address}`);
  console.error(NOTICE);
  await new Promise(done => {
    if (stop.aborted) done(undefined);
    stop.addEventListener('abort', done, { once: true });
  });
  await service.close();
}

/** @throws Fault where no model is named. */
function modelsOf({ model }: Options): readonly string[] {
  const folder = process.env[MODELS];
  if (model) return model;
  if (folder !== undefined && folder !== '') return [folder];
  throw new Fault('it is not said what to serve', { remedy: 'Name bundles with --model.' });
}

/** @throws Fault where everybody could ask without having been told so. */
function secretFor({ secret }: Options): string | undefined {
  const given = process.env[SECRET];
  if (!secret) return undefined;
  if (given !== undefined && given !== '') return given;
  throw new Fault(`there is no ${SECRET} in the environment`, {
    remedy: `Set it to a long random text that clients send, or say --no-secret to serve without.`,
  });
}
