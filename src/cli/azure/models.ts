import { resolve } from 'node:path';
import { Command } from 'commander';
import { servingEnvironment } from '../../azure/jobs/environment.ts';
import { openJobRun } from '../../azure/local/run-record.ts';
import { modelId } from '../../azure/resource-ids.ts';
import { Fault } from '../../foundation/fault.ts';
import { atLeast } from '../option-values.ts';
import { connect, connectTo, type PlaceOptions, withPlaceOptions } from './connection.ts';

/** Models are numbered by the service's clients from 1; here a run is a version. */
export const registerCommand = (): Command =>
  new Command('register')
    .description("register a job's model in the workspace, with tags and lineage")
    .argument('<run>', 'folder of a run that is a job')
    .option('--name <name>', 'name of the model; default: that of the run')
    .option('--version <version>', 'version; default: the name of the job')
    .action(register);

export const deployCommand = (): Command =>
  withPlaceOptions(new Command('deploy'))
    .description('serve a registered model at a managed online endpoint, and ask it whether it works')
    .argument('<model>', 'NAME:VERSION of a registered model')
    .requiredOption('--endpoint-name <name>', 'name of the endpoint, unique in the region')
    .option('--deployment <name>', 'name of the deployment', 'innereye')
    .option('--machine <size>', 'size of its virtual machines', 'Standard_DS4_v2')
    .option('--instances <number>', 'number of virtual machines', atLeast(1), 1)
    .requiredOption('--image <name>', 'container image that serves models below AZUREML_MODEL_DIR')
    .option('--port <number>', 'where the container listens', atLeast(1), 8080)
    .option('--ready <path>', 'what it answers when it is ready', '/health/ready')
    .option('--score <path>', 'what takes scans', '/score')
    .action(deploy);

export const deleteCommand = (): Command =>
  withPlaceOptions(new Command('delete'))
    .description('delete an endpoint with its deployments')
    .argument('<endpoint>', 'name of the endpoint')
    .action(remove);

async function register(run: string, { name, version }: { name?: string; version?: string }): Promise<void> {
  const { azure, manifest, tags } = await openJobRun(resolve(run));
  if (azure.results === undefined || manifest.status !== 'completed') {
    throw new Fault('the job has no model yet', {
      place: { file: run },
      remedy: 'Wait until it has completed: `innereye azure watch` follows it.',
    });
  }
  const workspace = await connect(azure);
  const results = Object.entries(manifest.results).map(([key, value]) => [key, String(value)]);
  const id = await workspace.registerModel({
    name: name ?? manifest.name,
    version: version ?? azure.job,
    description: `${manifest.task} model of the run ${manifest.id}`,
    uri: `${azure.results}/${azure.job}`,
    job: azure.job,
    tags: { ...tags, innereye_run: manifest.id, ...Object.fromEntries(results) },
  });
  console.log(id);
}

interface DeployOptions extends PlaceOptions {
  endpointName: string;
  deployment: string;
  machine: string;
  instances: number;
  image: string;
  port: number;
  ready: string;
  score: string;
}

async function deploy(model: string, options: DeployOptions): Promise<void> {
  const [name, version] = model.split(':');
  if (!name || !version) {
    throw new Fault(`"${model}" does not name a version of a model`, { remedy: 'Write NAME:VERSION.' });
  }
  const workspace = await connectTo(options);
  const { image, port, ready, score } = options;
  const environment = await workspace.ensureEnvironment(servingEnvironment(image, { port, ready, score }));
  const { address } = await workspace.deploy({
    endpoint: options.endpointName,
    deployment: options.deployment,
    model: modelId(workspace.place, name, version),
    environment,
    machine: options.machine,
    instances: options.instances,
    tags: { innereye_model: model },
  });
  console.log(address);
  const { status, text } = await workspace.invoke(options.endpointName, ready);
  if (status < 300) return console.log(`asked whether it works (${ready}): ${status}`);
  console.error(await workspace.deploymentLogs(options.endpointName, options.deployment));
  throw new Fault(`the endpoint answers ${status} at ${ready}: ${text.slice(0, 200)}`, {
    remedy: 'Its log is above; `innereye azure delete` takes the endpoint away.',
  });
}

async function remove(endpoint: string, options: PlaceOptions): Promise<void> {
  await (await connectTo(options)).deleteEndpoint(endpoint);
  console.log(`The endpoint ${endpoint} is deleted.`);
}
