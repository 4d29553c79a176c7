import { Command } from 'commander';
import { formatColumns } from '../columns.ts';
import { atLeast } from '../option-values.ts';
import { connectTo, type PlaceOptions, withPlaceOptions } from './connection.ts';

export const clustersCommand = (): Command =>
  withPlaceOptions(new Command('clusters'))
    .description('list the clusters of the workspace')
    .option('--json', 'print JSON')
    .action(list);

export const createClusterCommand = (): Command =>
  withPlaceOptions(new Command('create-cluster'))
    .description('make a cluster that has nodes only while jobs run')
    .argument('<name>', 'letters, digits and dashes, 2 to 32')
    .requiredOption('--size <name>', 'size of its virtual machines, such as Standard_NC4as_T4_v3')
    .option('--low-priority', 'nodes that cost a fraction and may be taken away at any time')
    .option('--nodes <number>', 'at most so many nodes', atLeast(1), 1)
    .action(create);

async function list({ json, ...place }: PlaceOptions & { json?: boolean }): Promise<void> {
  const clusters = await (await connectTo(place)).clusters();
  if (json) return console.log(JSON.stringify(clusters, null, 2));
  if (clusters.length === 0)
    return console.log('There are no clusters; `innereye azure create-cluster` makes one.');
  const rows = clusters.map(({ name, size, lowPriority, nodes, problems }) => [
    name,
    size,
    lowPriority ? 'low priority' : 'dedicated',
    `${nodes.current} of ${nodes.maximum}`,
    problems.join(' '),
  ]);
  for (const line of formatColumns([['cluster', 'size', 'nodes are', 'in use', ''], ...rows]))
    console.log(line);
}

async function create(
  name: string,
  {
    size,
    lowPriority = false,
    nodes,
    ...place
  }: PlaceOptions & { size: string; lowPriority?: boolean; nodes: number },
): Promise<void> {
  const workspace = await connectTo(place);
  await workspace.createCluster({ name, size, lowPriority, maximumNodes: nodes });
  console.log(`The cluster ${name} is there; name it in azure.cluster.`);
}
