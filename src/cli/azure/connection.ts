import type { Command } from 'commander';
import { placeOfSettings } from '../../azure/local/place-of-settings.ts';
import type { AzureWorkspace, WorkspacePlace } from '../../azure/workspace.ts';

/** Options by which a command finds the workspace where no configuration or run says it. */
export interface PlaceOptions {
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly workspace?: string;
  readonly endpoint?: string;
  readonly tenant?: string;
}

export const withPlaceOptions = (command: Command): Command =>
  command
    .option('--subscription <id>', 'subscription; default: AZURE_SUBSCRIPTION_ID')
    .option('--resource-group <name>', 'resource group; default: AZURE_RESOURCE_GROUP')
    .option('--workspace <name>', 'AzureML workspace; default: AZUREML_WORKSPACE')
    .option('--endpoint <url>', "Azure Resource Manager's address; default: that of the public cloud")
    .option('--tenant <id>', 'tenant to sign in to; default: AZURE_TENANT_ID');

export const placeOf = ({ subscription, resourceGroup, workspace, endpoint }: PlaceOptions): WorkspacePlace =>
  placeOfSettings({
    ...(subscription !== undefined && { subscription }),
    ...(resourceGroup !== undefined && { resource_group: resourceGroup }),
    ...(workspace !== undefined && { workspace }),
    ...(endpoint !== undefined && { endpoint }),
  });

/** Azure's libraries are loaded here and not before: they are large. */
export async function connect(place: WorkspacePlace, tenant?: string): Promise<AzureWorkspace> {
  const [{ connectWorkspace }, { DefaultAzureCredential }] = await Promise.all([
    import('../../azure/connection/connect.ts'),
    import('../../azure/connection/sign-in.ts'),
  ]);
  const credential = new DefaultAzureCredential(tenant === undefined ? {} : { tenantId: tenant });
  return connectWorkspace({ place, credential });
}
