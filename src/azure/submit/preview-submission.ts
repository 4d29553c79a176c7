import { createHash } from 'node:crypto';
import type { PreviewedRequest, SubmissionPreview } from '../../contracts/azure-preview.ts';
import { trimmed } from '../connection/connection.ts';
import { componentId, workspaceId } from '../resource-ids.ts';
import type { Cluster } from '../workspace.ts';
import { bytesOf, type Submission } from './submission.ts';

/**
 * What a submission will send and use.
 * @param warnings what could not be found out.
 */
export function previewSubmission(
  submission: Submission,
  cluster?: Cluster,
  warnings: readonly string[] = [],
): SubmissionPreview {
  const { place, name, code, leftOut, environment, uploads } = submission;
  const id = `${environment.name}:${environment.version}`;
  return {
    job: name,
    workspace: `${trimmed(place.endpoint)}${workspaceId(place)}`,
    cluster: submission.cluster,
    estimate: estimate(submission, cluster),
    warnings,
    code: { name: code.name, files: code.files.map(({ path, bytes }) => ({ path, bytes })) },
    leftOut,
    environment:
      'image' in environment
        ? { name: id, image: environment.image }
        : { name: id, files: environment.context.length, bytes: bytesOf(environment.context) },
    uploads: uploads.map(({ what, from, datastore, folder, files }) => ({
      ...{ what, from, datastore, folder },
      files: files.length,
      bytes: bytesOf(files),
    })),
    requests: requests(submission),
    digest: digestOf(submission),
  };
}

/** Requests that make or change something, and those that ask beforehand, in order. */
function requests({
  place,
  name,
  code,
  environment,
  uploads,
  cluster,
  job,
  components = [],
}: Submission): PreviewedRequest[] {
  const id = workspaceId(place);
  const environmentPath = `${id}/environments/${environment.name}/versions/${environment.version}`;
  const codePath = `${id}/codes/${code.name}/versions/1`;
  const ifNone = 'if there is none';
  return [
    { method: 'GET', path: `${id}/computes/${cluster}` },
    { method: 'GET', path: environmentPath },
    { method: 'PUT', path: environmentPath, when: `after its files, ${ifNone}` },
    ...uploads.map(({ datastore }) => ({
      method: 'POST' as const,
      path: `${id}/datastores/${datastore}/listSecrets`,
    })),
    { method: 'GET', path: codePath },
    { method: 'POST', path: `${codePath}/startPendingUpload`, when: ifNone },
    { method: 'PUT', path: codePath, when: `after its files, ${ifNone}` },
    ...components.flatMap((component): PreviewedRequest[] => {
      const path = componentId(place, component.name, component.version);
      const body = { properties: { componentSpec: component } };
      return [
        { method: 'GET', path },
        { method: 'PUT', path, when: ifNone, body },
      ];
    }),
    { method: 'PUT', path: `${id}/jobs/${name}`, body: { properties: job } },
  ];
}

/** Of everything that would be sent but the tags, which say when and by which words it was. */
export function digestOf({ place, name, cluster, code, environment, uploads, job }: Submission): string {
  const { tags: _, ...properties } = job;
  const sent = [
    ...[place, name, cluster, code.hash, environment.name, environment.version, properties],
    uploads.map(({ datastore, folder }) => [datastore, folder]),
  ];
  return createHash('sha256').update(JSON.stringify(sent)).digest('hex').slice(0, 16);
}

/** What it will use at most, as far as the cluster and the time limit tell. */
export function estimate(submission: Submission, cluster?: Cluster): string[] {
  const { hours, trainings } = submission;
  const nodes = submission.nodes * Math.min(trainings, submission.parallel);
  const count = nodes === 1 ? 'one node' : `${trainings > 1 ? 'up to ' : ''}${nodes} nodes`;
  const kind = cluster && `${cluster.lowPriority ? 'low-priority' : 'dedicated'} ${cluster.size}`;
  const lines = [`uses ${count}${kind ? ` of ${cluster.name}: ${kind}` : ''}`];
  if (trainings > 1) lines.push(`for ${trainings} trainings`);
  if (cluster?.machine) {
    const { cores, gpus, memoryGigabytes } = cluster.machine;
    lines.push(`each with ${cores} cores, ${gpus} GPU${gpus === 1 ? '' : 's'}, ${memoryGigabytes} GB`);
  }
  const nodeHours = hours === undefined ? undefined : hours * submission.nodes * trainings;
  const most =
    nodeHours === undefined
      ? 'without a time limit'
      : `at most ${nodeHours === 1 ? 'one node hour' : `${nodeHours} node hours`}`;
  const price = cluster?.machine?.price;
  if (price !== undefined) {
    const total = nodeHours === undefined ? '' : `, ${dollars(price * nodeHours)}`;
    lines.push(`list price ${dollars(price * nodes)} an hour, ${most}${total}`);
  } else lines.push(most);
  for (const problem of cluster?.problems ?? []) lines.push(`the cluster says: ${problem}`);
  return lines;
}

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;
