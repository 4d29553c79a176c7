import type { Command } from 'commander';
import type { Connection } from '../../azure/connection/connection.ts';
import { placeOfSettings } from '../../azure/local/place-of-settings.ts';
import type { AzureWorkspace, WorkspacePlace } from '../../azure/workspace.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { editorCredential, editorSignsIn } from '../editor-channel.ts';
import { secureUrl } from '../option-values.ts';

export const DEFAULT_ENDPOINT = 'https://management.azure.com';

/** Options by which a command finds the workspace where no run says it. */
export interface PlaceOptions {
  readonly config?: string;
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly workspace?: string;
  readonly endpoint?: string;
  readonly tenant?: string;
}

export const withPlaceOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'configuration whose section `azure` names the workspace')
    .option('--subscription <id>', 'subscription; default: AZURE_SUBSCRIPTION_ID')
    .option('--resource-group <name>', 'resource group; default: AZURE_RESOURCE_GROUP')
    .option('--workspace <name>', 'AzureML workspace; default: AZUREML_WORKSPACE')
    .option(
      '--endpoint <url>',
      "Azure Resource Manager's address; default: that of the public cloud",
      secureUrl,
    )
    .option('--tenant <id>', 'tenant to sign in to; default: AZURE_TENANT_ID');

/** The workspace that options name, over what the configuration says that they name. */
export async function placeOf(options: PlaceOptions): Promise<WorkspacePlace> {
  const { config, subscription, resourceGroup, workspace, endpoint, tenant } = options;
  const settings = config === undefined ? undefined : (await loadConfiguration(config)).settings.azure;
  return placeOfSettings({
    ...settings,
    ...(subscription !== undefined && { subscription }),
    ...(resourceGroup !== undefined && { resource_group: resourceGroup }),
    ...(workspace !== undefined && { workspace }),
    ...(endpoint !== undefined && { endpoint }),
    ...(tenant !== undefined && { tenant }),
  });
}

export const connectTo = async (options: PlaceOptions): Promise<AzureWorkspace> =>
  connect(await placeOf(options));

/** Azure's libraries are loaded here and not before: they are large. */
export async function connect(place: WorkspacePlace): Promise<AzureWorkspace> {
  const { connectWorkspace } = await import('../../azure/connection/connect.ts');
  return connectWorkspace({ place, credential: await credentialFor(place.tenant) });
}

/** Who asks: the account of the editor that started this program, else what this machine is signed in with. */
export async function credentialFor(tenant?: string): Promise<Connection['credential']> {
  if (editorSignsIn()) return editorCredential(tenant);
  const { DefaultAzureCredential } = await import('../../azure/connection/sign-in.ts');
  return new DefaultAzureCredential(tenant === undefined ? {} : { tenantId: tenant });
}
