import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { reportFolds } from '../../experiments/cross-validation/report-folds.ts';
import { Fault } from '../../foundation/fault.ts';
import { loadReportData } from '../../report/load-report-data.ts';
import { writeReport } from '../../report/write-report.ts';
import { openRun, reportFile } from '../../runs/run-folder.ts';

interface Options {
  output?: string;
}

/** `innereye report`: the report of a run, made again from the run's files. */
export function reportCommand(): Command {
  return new Command('report')
    .description("Write a run's report again: one HTML file that needs no network.")
    .argument('<run>', 'folder of a run')
    .option(
      '--output <file>',
      `file to write; default: ${reportFile('segmentation')} in the run, and alike for other tasks`,
    )
    .action(report);
}

async function report(run: string, { output }: Options): Promise<void> {
  if (output !== undefined && !/\.html?$/i.test(output)) {
    throw new Fault('the output is not an HTML file by its name', {
      place: { file: output },
      remedy: 'Name it NAME.html.',
    });
  }
  const folder = resolve(run);
  const { manifest } = await openRun(folder);
  const file = output === undefined ? join(folder, reportFile(manifest.task)) : resolve(output);
  if (manifest.kind === 'cross-validation') await reportFolds(folder, manifest, file);
  else await writeReport(await loadReportData(folder), file);
  console.log(file);
}
