import { Command, CommanderError } from 'commander';
import { describeFault, Fault, Faults } from '../foundation/fault.ts';
import { asFileFault } from '../foundation/file-fault.ts';
import { version } from '../foundation/version.ts';
import { InterruptedError } from './interruption.ts';

/** Each command's code is loaded when it is called, so that `--help` and the small commands start at once. */
const COMMANDS: Record<string, { description: string; load: (args: readonly string[]) => Promise<Command> }> =
  {
    train: {
      description: 'train a configuration, predict its test split, evaluate and report',
      load: async () => (await import('./commands/train.ts')).trainCommand(),
    },
    search: {
      description: 'try values of settings as the `search` section says, and find the best',
      load: async () => (await import('./commands/search.ts')).searchCommand(),
    },
    ensemble: {
      description: 'make one model of several runs, and test it',
      load: async () => (await import('./commands/ensemble.ts')).ensembleCommand(),
    },
    predict: {
      description: 'segment volumes, or predict the subjects of a table, with a trained run',
      load: async () => (await import('./commands/predict.ts')).predictCommand(),
    },
    explain: {
      description: 'show what a classification, regression or sequence run goes by',
      load: async () => (await import('./commands/explain.ts')).explainCommand(),
    },
    export: {
      description: 'make a bundle of a trained model: one archive to predict with, to serve, to hand on',
      load: async () => (await import('./commands/export.ts')).exportCommand(),
    },
    serve: {
      description: 'serve bundles over HTTP: scans in, RTSTRUCT, SEG or NIfTI out',
      load: async () => (await import('./commands/serve.ts')).serveCommand(),
    },
    'serve-worker': {
      description: 'for `innereye serve`: predict for the service that started this',
      load: async () => (await import('./commands/serve-worker.ts')).serveWorkerCommand(),
    },
    dicom: {
      description: "take patients' names off a DICOM series, and put them back into results",
      load: async () => (await import('./commands/dicom.ts')).dicomCommand(),
    },
    evaluate: {
      description: 'compare predictions with label maps',
      load: async () => (await import('./commands/evaluate.ts')).evaluateCommand(),
    },
    report: {
      description: "write a run's report again",
      load: async () => (await import('./commands/report.ts')).reportCommand(),
    },
    runs: {
      description: 'list, show, compare and reproduce runs',
      load: async () => (await import('./commands/runs.ts')).runsCommand(),
    },
    validate: {
      description: 'check a configuration and every subject of its data set',
      load: async () => (await import('./commands/validate.ts')).validateCommand(),
    },
    resolve: {
      description: 'show every setting of a configuration with its origin',
      load: async () => (await import('./commands/resolve.ts')).resolveCommand(),
    },
    plan: {
      description: 'write a configuration that fits a data set and this machine',
      load: async () => (await import('./commands/plan.ts')).planCommand(),
    },
    'import-config': {
      description: "turn an InnerEye run's settings into a configuration",
      load: async () => (await import('./commands/import-config.ts')).importConfigCommand(),
    },
    volume: {
      description: 'describe volumes: shape, spacing, affine, intensities, labels',
      load: async () => (await import('./commands/volume.ts')).volumeCommand(),
    },
    convert: {
      description: 'write a volume of any known format as NIfTI',
      load: async () => (await import('./commands/convert.ts')).convertCommand(),
    },
    truth: {
      description: "write a subject's ground truth as one label map",
      load: async () => (await import('./commands/truth.ts')).truthCommand(),
    },
    'debug-adapter': {
      description: 'for editors: debug a training over standard input and output',
      load: async () => (await import('./commands/debug-adapter.ts')).debugAdapterCommand(),
    },
    cohort: {
      description: 'make a synthetic data set',
      load: async () => (await import('./commands/cohort.ts')).cohortCommand(),
    },
    azure: {
      description: 'train, watch and serve on Azure Machine Learning',
      load: async ([, called]) => (await import('./commands/azure.ts')).azureCommand(called),
    },
    engine: {
      description: 'install or check the training engine',
      load: async () => (await import('./commands/engine.ts')).engineCommand(),
    },
  };

const DONE = 0;
export const FAILED = 1;
const WRONG_USE = 2;
const INTERRUPTED = 130;

/** Does what the arguments say. @returns the exit code; an error has been told by then. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command('innereye')
    .description('Train, run and measure models for 3D medical images.')
    .version(version, '-V, --version')
    // Behind a command, --version is the command's own.
    .enablePositionalOptions()
    .showHelpAfterError('(`innereye COMMAND --help` explains a command)');
  const known = COMMANDS[args[0] ?? ''];
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    const command = known === COMMANDS[name] ? await load(args) : new Command(name);
    program.addCommand(command.description(command.description() || description));
  }
  withoutExit(program);
  try {
    if (args.length === 0) {
      program.outputHelp();
      return WRONG_USE;
    }
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? DONE);
  } catch (error) {
    return report(error);
  }
}

/** Makes commander throw instead of ending the process, in subcommands too. */
function withoutExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) withoutExit(child);
}

/** Prints an error as its kind deserves and gives the exit code. */
export function report(met: unknown): number {
  const error = asFileFault(met);
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USE;
  if (error instanceof InterruptedError) return INTERRUPTED;
  if (error instanceof Faults) {
    for (const fault of error.faults) console.error(describeFault(fault));
    console.error(error.message);
    return FAILED;
  }
  if (error instanceof Fault) {
    console.error(describeFault(error));
    return FAILED;
  }
  console.error('This is a defect of innereye itself; please report it with what follows.');
  console.error(error);
  return FAILED;
}
