/** Hosts of Azure's own services, of all its clouds. */
const AZURE = [
  'management.azure.com',
  'management.core.windows.net',
  'management.usgovcloudapi.net',
  'management.chinacloudapi.cn',
  'storage.azure.com',
];

/**
 * The host that a scope such as `https://management.azure.com/.default` is of, where the account's tokens must not go to
 * it: a configuration names an address, and whoever wrote it should not be given what opens the account.
 * @param own hosts that the user has named beside Azure's, such as that of an Azure Stack Hub.
 */
export function foreignHost(scope: string, own: readonly string[]): string | undefined {
  const url = URL.canParse(scope) ? new URL(scope) : undefined;
  const trusted = url?.protocol === 'https:' && [...AZURE, ...own].includes(url.host);
  return trusted ? undefined : (url?.host ?? scope);
}
