import { createHash } from 'node:crypto';
import { dirname, relative, resolve } from 'node:path';
import { script } from '../contracts/report-script.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { asId } from './format.ts';
import { Html, html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { closing } from './sections/closing.ts';
import { header } from './sections/header.ts';
import { scalarSplitSection } from './sections/scalar-split.ts';
import { splitSection } from './sections/split.ts';
import { summary } from './sections/summary.ts';
import { trainingSection } from './sections/training.ts';
import { worstCasesSection } from './sections/worst-cases.ts';
import { style } from './style.ts';

/**
 * Writes the report of a run: one HTML file that opens in any browser without a network, with its pictures inside and
 * links to the run's files relative to where it lies.
 * @throws Fault where the file cannot be written
 */
export async function writeReport(data: ReportData, file: string): Promise<void> {
  const link = (path: string) => relative(dirname(file), resolve(data.folder, path));
  await writeFileAtomically(file, renderReport(data, link));
}

/** The text of the report. @param link makes a path of the run relative to the report's folder */
export function renderReport(data: ReportData, link: (path: string) => string): string {
  const splits = data.splits.filter(({ rows }) => rows.length > 0);
  const trained = trainingSection(data);
  const sections = [
    { id: 'summary', title: 'Summary' },
    ...data.scalarSplits.map(({ name }) => ({ id: asId(name), title: `${name} results` })),
    ...splits.flatMap(({ name }) => [
      { id: asId(name), title: `${name} results` },
      { id: asId('worst', name), title: `${name} worst cases` },
    ]),
    ...(trained.text === '' ? [] : [{ id: 'training', title: 'Training' }]),
    { id: 'settings', title: 'Settings' },
    { id: 'reproduce', title: 'Reproduce' },
    { id: 'terms', title: 'Definitions' },
  ];
  // Nothing may be loaded from elsewhere, and no script may run but the report's own.
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${data.run.name}: report</title><style>${new Html(style)}</style></head>
<body>${header(data, sections)}
<main>${summary({ ...data, splits })}
${data.scalarSplits.map(split => scalarSplitSection(split, link))}
${splits.map(split => html`${splitSection(split)}${worstCasesSection(split, link)}`)}
${trained}
${closing(data)}</main>
<footer>Made by InnerEye ${data.run.innereye}. For research; pictures and links show patients' data, so handle this file as such.</footer>
<script>${new Html(script)}</script></body></html>
`.text;
}
