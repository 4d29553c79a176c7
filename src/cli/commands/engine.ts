import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import type { EngineReport } from '../../engine/check.ts';
import type { InstallProgress } from '../../engine/pip.ts';
import { Fault } from '../../foundation/fault.ts';

/** `innereye engine`: the TensorFlow library that training runs on. */
export function engineCommand(): Command {
  const command = new Command('engine').description('install and check the training engine');
  command
    .command('install')
    .description('download TensorFlow’s library into the user’s cache')
    .option('--gpu', 'the build for NVIDIA GPUs with its CUDA libraries (Linux x64)')
    .option('--force', 'install again what is installed')
    .option('--json', 'progress and result as one JSON object a line')
    .action((options: { gpu?: boolean; force?: boolean; json?: boolean }) => install(options));
  command
    .command('check')
    .description('say which device, threads and precision would be used, and measure them')
    .option('--json', 'as a JSON object')
    .action((options: { json?: boolean }) => check(options));
  command
    .command('path')
    .description('print the folder of the library that would be used, without loading it')
    .option('--json', 'as a JSON object, in which the folder is null where there is none')
    .action((options: { json?: boolean }) => path(options));
  return command;
}

async function path({ json = false }): Promise<void> {
  const { findLibrary } = await import('../../engine/library.ts');
  const library = findLibrary();
  if (json) console.log(JSON.stringify({ folder: library?.folder ?? null }));
  else if (library) console.log(library.folder);
  else
    throw new Fault('the training engine is not installed', {
      remedy: 'Install it: innereye engine install.',
    });
}

async function install({ gpu = false, force = false, json = false }): Promise<void> {
  const { installEngine } = await import('../../engine/install.ts');
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const display = json ? jsonDisplay() : process.stderr.isTTY ? barDisplay() : lineDisplay();
  try {
    const folder = await installEngine({
      build: gpu ? 'gpu' : 'cpu',
      force,
      progress: display.show,
      signal: abort.signal,
    });
    display.end();
    console.log(json ? JSON.stringify({ step: 'done', folder }) : `The engine is in ${folder}`);
  } catch (error) {
    display.end();
    if (!abort.signal.aborted) throw error;
    console.error('Cancelled. What was downloaded completely is kept for the next time.');
    process.exitCode = 130;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

interface Display {
  show(progress: InstallProgress): void;
  end(): void;
}

const jsonDisplay = (): Display => ({
  show: progress => console.log(JSON.stringify(progress)),
  end: () => {},
});

/** A bar for a terminal. */
function barDisplay(): Display {
  const bar = new SingleBar({ format: '{step} {item} {bar} {megabytes} MB', hideCursor: true });
  let started = false;
  return {
    show: ({ step, item, doneBytes = 0, totalBytes }) => {
      const payload = { step: step.padEnd(11), item, megabytes: Math.round(doneBytes / 1e6) };
      const total = totalBytes ?? Math.max(doneBytes, 1);
      if (!started) bar.start(total, doneBytes, payload);
      started = true;
      bar.setTotal(total);
      bar.update(doneBytes, payload);
    },
    end: () => {
      if (started) bar.stop();
    },
  };
}

/** A line a step, and a line each tenth of a download, for logs. */
function lineDisplay(): Display {
  let last = '';
  return {
    show: ({ step, item, doneBytes = 0, totalBytes }) => {
      const share = totalBytes ? ` ${Math.floor((10 * doneBytes) / totalBytes) * 10} %` : '';
      const line = `${step} ${item}${share}`;
      if (line !== last) console.error(line);
      last = line;
    },
    end: () => {},
  };
}

async function check({ json = false }): Promise<void> {
  const { checkEngine } = await import('../../engine/check.ts');
  const report = await checkEngine();
  console.log(json ? JSON.stringify(report) : describe(report));
}

function describe(report: EngineReport): string {
  const speeds = Object.entries(report.gigaflops).map(
    ([precision, speed]) => `${Math.round(speed)} GFLOP/s in ${precision}`,
  );
  const lines: [string, string][] = [
    ['library', `TensorFlow ${report.version}, ${report.library}`],
    ['Node', report.node],
    ['device', report.device.toUpperCase() + (report.deviceReason && ` (${report.deviceReason})`)],
    ...report.devices.map(({ name }): [string, string] => ['', name]),
    ['threads', String(report.threads)],
    ['precision', `${report.precision} (${report.precisionReason})`],
    ['3D convolution', speeds.join(', ')],
  ];
  return lines.map(([name, value]) => `${name.padEnd(15)} ${value}`).join('\n');
}
