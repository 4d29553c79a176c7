import { formatBytes } from '../../config/memory.ts';
import type { PreviewedFile, SubmissionPreview } from '../../contracts/azure-preview.ts';

/** Files that are listed one by one. */
const SHOWN = 20;

/** What a submission will send and use, in lines for a terminal: each request with its body, each upload. */
export function describeSubmission(preview: SubmissionPreview): string[] {
  const { code, leftOut, environment, uploads, requests } = preview;
  const bytes = code.files.reduce((sum, file) => sum + file.bytes, 0);
  return [
    `job ${preview.job}`,
    `in ${preview.workspace}`,
    '',
    `code ${code.name}: ${amount(code.files.length, bytes)}`,
    ...listed(code.files),
    ...leftOut.map(({ path, why }) => `  left out: ${path} (${why})`),
    environment.image === undefined
      ? `environment ${environment.name}, built by the workspace if it is new: ${amount(environment.files!, environment.bytes!)}`
      : `environment ${environment.name} of the image ${environment.image}`,
    ...uploads.map(
      ({ what, files, bytes, from, datastore, folder }) =>
        `${what}: ${amount(files, bytes)} of ${from} to ${datastore}/${folder}, less what is there`,
    ),
    '',
    ...requests.flatMap(({ method, path, when, body }) => [
      `  ${method} ${path}${when === undefined ? '' : `, ${when}`}`,
      ...(body === undefined
        ? []
        : JSON.stringify(body, null, 2)
            .split('\n')
            .map(line => `    ${line}`)),
    ]),
    '',
    ...preview.estimate,
  ];
}

function listed(files: readonly PreviewedFile[]): string[] {
  const shown = files.slice(0, SHOWN).map(({ path, bytes }) => `  ${path} (${formatBytes(bytes)})`);
  return files.length > SHOWN ? [...shown, `  and ${files.length - SHOWN} more`] : shown;
}

const amount = (files: number, bytes: number): string =>
  `${files === 1 ? 'one file' : `${files} files`}, ${formatBytes(bytes)}`;
