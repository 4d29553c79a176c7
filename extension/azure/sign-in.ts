import * as vscode from 'vscode';
import { Fault } from '../../src/foundation/fault.ts';
import { foreignHost } from './token-scopes.ts';

export interface Token {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Short of what tokens last for at least: it is asked for again in time, and the editor renews it. */
const LIFETIME_MILLISECONDS = 5 * 60_000;

/** Tokens of the Microsoft account that the editor is signed in with. They are kept by the editor alone. */
export interface SignIn {
  /**
   * @param interactive whether the user may be asked to sign in.
   * @throws Fault where nobody is signed in, or the token would go elsewhere than to Azure.
   */
  token(scopes: readonly string[], tenant: string | undefined, interactive: boolean): Promise<Token>;
}

export const editorSignIn: SignIn = {
  async token(scopes, tenant, interactive) {
    const own = vscode.workspace.getConfiguration('innereye').get<string[]>('azure.endpoints', []);
    const foreign = scopes.map(scope => foreignHost(scope, own)).find(host => host !== undefined);
    if (foreign !== undefined) {
      throw new Fault(`tokens of the account are sent to Azure’s own services alone, and not to ${foreign}`, {
        remedy:
          'If it is an Azure of your organisation, name its host in the setting innereye.azure.endpoints.',
      });
    }
    const asked = [...scopes, ...(tenant === undefined ? [] : [`VSCODE_TENANT:${tenant}`])];
    const session = await vscode.authentication
      .getSession(provider(), asked, interactive ? { createIfNone: true } : { silent: true })
      .then(undefined, (error: Error) => {
        throw nobody(error);
      });
    if (!session) throw nobody();
    return { token: session.accessToken, expiresAt: Date.now() + LIFETIME_MILLISECONDS };
  },
};

/** As Azure's own extensions choose it. */
const provider = (): string =>
  vscode.workspace.getConfiguration('microsoft-sovereign-cloud').get('environment')
    ? 'microsoft-sovereign-cloud'
    : 'microsoft';

const nobody = (cause?: Error): Fault =>
  new Fault('nobody is signed in to Azure', {
    remedy: 'Sign in: InnerEye AzureML: Sign In.',
    ...(cause && { cause: new Error(cause.message) }),
  });
