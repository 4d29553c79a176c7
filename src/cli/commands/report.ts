import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { loadReportData } from '../../report/load-report-data.ts';
import { writeReport } from '../../report/write-report.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';

interface Options {
  output?: string;
}

/** `innereye report`: the report of a run, made again from the run's files. */
export function reportCommand(): Command {
  return new Command('report')
    .description("Write a run's report again: one HTML file that needs no network.")
    .argument('<run>', 'folder of a run')
    .option('--output <file>', `file to write; default: ${RUN_FILES.report} in the run`)
    .action(report);
}

async function report(run: string, { output }: Options): Promise<void> {
  const folder = resolve(run);
  const data = await loadReportData(folder);
  const file = output === undefined ? join(folder, RUN_FILES.report) : resolve(output);
  await writeReport(data, file);
  console.log(file);
}
