import { connectWorkspace } from '../../src/azure/connection/connect.ts';
import type { AzureWorkspace, WorkspacePlace } from '../../src/azure/workspace.ts';
import type { StandIn } from '../azureml/stand-in.ts';
import { RESOURCE_GROUP, SUBSCRIPTION, WORKSPACE } from '../azureml/workspace.ts';

/** The workspace of a stand-in. */
export const placeOf = (standIn: StandIn): WorkspacePlace => ({
  endpoint: standIn.origin,
  subscription: SUBSCRIPTION,
  resourceGroup: RESOURCE_GROUP,
  workspace: WORKSPACE,
});

/** Our client of a stand-in, signed in with a token of the stand-in's; another one where it is given. */
export function connectTo(
  standIn: StandIn,
  { token = standIn.tokens.issue(), ...place }: Partial<WorkspacePlace> & { token?: string } = {},
): AzureWorkspace {
  return connectWorkspace({
    place: { ...placeOf(standIn), ...place },
    credential: {
      getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3600_000 }),
    },
    authority: standIn.authority,
    retryMilliseconds: 20,
  });
}
