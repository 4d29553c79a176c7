/**
 * Signing in without an editor: the environment's application, the node's identity, `az login` and others, in this order
 * (`AZURE_TOKEN_CREDENTIALS` names one alone). A file of its own, as it is large and only the command line needs it.
 */
export { DefaultAzureCredential } from '@azure/identity';
