import { describe, expect, it } from 'vitest';
import { foreignHost } from './token-scopes.ts';

describe("the account's tokens", () => {
  it.each([
    ['https://management.azure.com/.default', undefined],
    ['https://storage.azure.com/.default', undefined],
    ['https://management.usgovcloudapi.net/.default', undefined],
    ['https://management.hub.example.org/.default', undefined],
    ['http://management.azure.com/.default', 'management.azure.com'],
    ['https://management.azure.com.example.org/.default', 'management.azure.com.example.org'],
    ['https://management.azure.com:444/.default', 'management.azure.com:444'],
    ['https://management.azure.com@example.org/.default', 'example.org'],
    ['User.Read', 'User.Read'],
  ])('for %s: refused of %s', (scope, host) => {
    expect(foreignHost(scope, ['management.hub.example.org'])).toBe(host);
  });
});
