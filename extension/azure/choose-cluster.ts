import * as vscode from 'vscode';
import type { AzureBackend, AzureRun } from './azure-backend.ts';

interface Cluster {
  readonly name: string;
  readonly size: string;
  readonly lowPriority: boolean;
  readonly nodes: { readonly maximum: number; readonly current: number };
  readonly problems: readonly string[];
}

const NEW = '$(add) New Cluster…';

/** Lets the user choose a cluster of a workspace, or make one that has nodes only while jobs run. */
export async function chooseCluster(
  azure: AzureBackend,
  place: readonly string[],
  options: Omit<AzureRun, 'title'>,
): Promise<string | undefined> {
  const clusters = await azure.ask<Cluster[]>(['clusters', ...place], {
    ...options,
    title: 'Looking up clusters',
  });
  const items: vscode.QuickPickItem[] = clusters.map(({ name, size, lowPriority, nodes, problems }) => ({
    label: name,
    description: `${size}, ${lowPriority ? 'low priority' : 'dedicated'}`,
    detail: [`${nodes.current} of ${nodes.maximum} nodes in use`, ...problems].join('. '),
  }));
  const chosen = await vscode.window.showQuickPick([...items, { label: NEW }], {
    title: 'Cluster',
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return chosen?.label === NEW ? makeCluster(azure, place, options) : chosen?.label;
}

async function makeCluster(
  azure: AzureBackend,
  place: readonly string[],
  options: Omit<AzureRun, 'title'>,
): Promise<string | undefined> {
  const ask = (prompt: string, value: string, fits: RegExp, otherwise: string) =>
    vscode.window.showInputBox({
      title: 'New Cluster',
      prompt,
      value,
      ignoreFocusOut: true,
      validateInput: text => (fits.test(text) ? undefined : otherwise),
    });
  const name = await ask(
    'Name',
    'gpu',
    /^[a-zA-Z][a-zA-Z0-9-]{1,31}$/,
    'Letters, digits and dashes, 2 to 32, a letter first.',
  );
  if (name === undefined) return undefined;
  const size = await ask(
    'Size of its machines',
    'Standard_NC4as_T4_v3',
    /^\S+$/,
    'A size such as Standard_D4s_v3.',
  );
  if (size === undefined) return undefined;
  const nodes = await ask('At most so many nodes', '1', /^[1-9]\d{0,3}$/, 'A whole number.');
  if (nodes === undefined) return undefined;
  const tiers = [
    {
      label: 'Low priority',
      detail: 'A fraction of the price. Nodes may be taken away at any time; trainings go on.',
    },
    { label: 'Dedicated', detail: 'Nodes are kept until the job ends.' },
  ];
  const tier = await vscode.window.showQuickPick(tiers, { title: 'New Cluster', ignoreFocusOut: true });
  if (!tier) return undefined;
  const low = tier === tiers[0] ? ['--low-priority'] : [];
  const args = ['create-cluster', name, '--size', size, '--nodes', nodes, ...low, ...place];
  await azure.run(args, { ...options, title: `Making the cluster ${name}` });
  return name;
}
