import type { AzureSettings } from '../../config/schema/azure.ts';
import { Fault } from '../../foundation/fault.ts';
import type { WorkspacePlace } from '../workspace.ts';

/** Settings that name a workspace, and the variables that AzureML's other programs read instead. */
const NAMES = [
  ['subscription', 'AZURE_SUBSCRIPTION_ID'],
  ['resource_group', 'AZURE_RESOURCE_GROUP'],
  ['workspace', 'AZUREML_WORKSPACE'],
] as const;

/**
 * The workspace that a configuration names; what it leaves open is taken from the environment.
 * @throws Fault where something is missing in both.
 */
export function placeOfSettings(
  settings: Partial<AzureSettings> | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): WorkspacePlace {
  const value = (index: 0 | 1 | 2): string => {
    const [key, variable] = NAMES[index];
    const found = settings?.[key] ?? environment[variable];
    if (found) return found;
    throw new Fault(`the workspace is not known: azure.${key} is missing`, {
      place: { setting: 'azure' },
      remedy: `Set azure.${key} in the configuration, with \`--set azure.${key}=…\`, or ${variable} in the environment.`,
    });
  };
  return {
    endpoint: settings?.endpoint ?? environment.AZURE_RESOURCE_MANAGER ?? 'https://management.azure.com',
    subscription: value(0),
    resourceGroup: value(1),
    workspace: value(2),
    ...(settings?.tenant !== undefined && { tenant: settings.tenant }),
  };
}
