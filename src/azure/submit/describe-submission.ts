import { workspaceId } from '../resource-ids.ts';
import type { Cluster, LocalFile } from '../workspace.ts';
import { bytesOf, type Submission } from './submission.ts';

/** Files that are listed one by one. */
const SHOWN = 20;

/** What a submission will send and use, in lines for people: each request with its body, each upload. */
export function describeSubmission(submission: Submission, cluster?: Cluster): string[] {
  const { place, name, code, leftOut, environment, uploads, job } = submission;
  const id = workspaceId(place);
  const context = 'context' in environment ? environment.context : [];
  return [
    `job ${name}`,
    `in ${place.endpoint}${id}`,
    '',
    `code ${code.name}: ${amount(code.files)}`,
    ...listed(code.files),
    ...leftOut.map(({ path, why }) => `  left out: ${path} (${why})`),
    ...('image' in environment
      ? [`environment ${environment.name}:${environment.version} of the image ${environment.image}`]
      : [
          `environment ${environment.name}:${environment.version}, built by the workspace if it is new: ${amount(context)}`,
        ]),
    ...uploads.map(
      ({ what, from, datastore, folder, files }) =>
        `${what}: ${amount(files)} of ${from} to ${datastore}/${folder}, less what is there`,
    ),
    '',
    ...requests(submission).map(request => `  ${request}`),
    `  PUT ${id}/jobs/${name}`,
    ...JSON.stringify({ properties: job }, null, 2)
      .split('\n')
      .map(line => `    ${line}`),
    '',
    ...estimate(submission, cluster),
  ];
}

/** Requests before the job's, in order. */
function requests({ place, code, environment, uploads, cluster }: Submission): string[] {
  const id = workspaceId(place);
  const environmentPath = `${id}/environments/${environment.name}/versions/${environment.version}`;
  const codePath = `${id}/codes/${code.name}/versions/1`;
  return [
    `GET ${id}/computes/${cluster}`,
    `GET ${environmentPath}`,
    `PUT ${environmentPath}, after its files, if there is none`,
    ...uploads.map(({ datastore }) => `POST ${id}/datastores/${datastore}/listSecrets`),
    `GET ${codePath}`,
    `POST ${codePath}/startPendingUpload, its files, and PUT ${codePath}, if there is none`,
  ];
}

/** What it will use at most, as far as the cluster and the time limit tell. */
export function estimate({ nodes, hours }: Submission, cluster?: Cluster): string[] {
  const count = nodes === 1 ? 'one node' : `${nodes} nodes`;
  const kind = cluster && `${cluster.lowPriority ? 'low-priority' : 'dedicated'} ${cluster.size}`;
  const lines = [`uses ${count}${kind ? ` of ${cluster.name}: ${kind}` : ''}`];
  if (cluster?.machine) {
    const { cores, gpus, memoryGigabytes } = cluster.machine;
    lines.push(`each with ${cores} cores, ${gpus} GPU${gpus === 1 ? '' : 's'}, ${memoryGigabytes} GB`);
  }
  const price = cluster?.machine?.price;
  if (price !== undefined) {
    const hourly = price * nodes;
    const most =
      hours === undefined ? 'without a time limit' : `at most ${dollars(hourly * hours)} in ${hours} h`;
    lines.push(`list price ${dollars(hourly)} an hour, ${most}`);
  } else if (hours !== undefined) lines.push(`at most ${nodes * hours} node hours`);
  for (const problem of cluster?.problems ?? []) lines.push(`the cluster says: ${problem}`);
  return lines;
}

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

function listed(files: readonly LocalFile[]): string[] {
  const shown = files.slice(0, SHOWN).map(({ path, bytes }) => `  ${path} (${size(bytes)})`);
  return files.length > SHOWN ? [...shown, `  and ${files.length - SHOWN} more`] : shown;
}

const amount = (files: readonly LocalFile[]): string =>
  `${files.length === 1 ? 'one file' : `${files.length} files`}, ${size(bytesOf(files))}`;

export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const unit = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${unit === 0 ? bytes : (bytes / 1000 ** unit).toFixed(1)} ${units[unit]}`;
}
