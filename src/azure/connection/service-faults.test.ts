import { RestError } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../foundation/fault.ts';
import { asServiceFault, withoutSignatures } from './service-faults.ts';

const place = { endpoint: 'https://m', subscription: 's', resourceGroup: 'g', workspace: 'w' };
const refused = (statusCode: number, code: string, message = '') =>
  Object.assign(new RestError(message, { statusCode, code }), { details: { error: { code, message } } });

describe('what Azure refuses', () => {
  it.each([
    [refused(401, 'ExpiredAuthenticationToken'), 'expired', 'az login'],
    [refused(401, 'InvalidAuthenticationTokenTenant'), 'another tenant', 'azure.tenant'],
    [refused(404, 'SubscriptionNotFound'), 'no subscription s', 'az account list'],
    [refused(404, 'ResourceGroupNotFound'), 'no resource group "g"', 'az group list'],
    [refused(404, 'ResourceNotFound'), 'no AzureML workspace "w"', 'azure.workspace'],
    [refused(400, 'ClusterMinNodesExceedCoreQuota'), 'no quota', 'Quotas'],
    [refused(400, 'UserError', "Unknown compute target 'x'."), 'no such cluster', 'innereye azure clusters'],
    [refused(403, 'AuthorizationPermissionMismatch'), 'these blobs', 'Storage Blob Data Contributor'],
    [
      refused(403, 'AuthorizationFailed', "may not perform action 'A/jobs/write' over"),
      'lacks a right: A/jobs/write',
      'AzureML Data Scientist',
    ],
    [refused(409, 'Conflict', 'x'), 'the name is taken', 'another name'],
    [refused(429, 'TooManyRequests'), 'fewer requests', 'Wait'],
    [refused(503, 'ServerBusy'), 'does not work at the moment (503 ServerBusy)', 'status.azure.com'],
    [new RestError('x', { code: 'ENOTFOUND' }), 'cannot be found', 'HTTPS_PROXY'],
    [new RestError('x', { code: 'ECONNRESET' }), 'was lost again and again', 'repeated'],
    [refused(400, 'Odd', 'The value is odd.'), 'Azure refuses: The value is odd.', 'Mend'],
  ])('is told with the next step: %s', (error, what, remedy) => {
    const fault = asServiceFault(error, place) as Fault;
    expect(fault).toBeInstanceOf(Fault);
    expect(fault.message).toContain(what);
    expect(fault.remedy).toContain(remedy);
  });

  it('is told without signatures and requests', () => {
    const address = 'https://a.blob.x/c/b?sv=2020&sig=abc%2Fdef&se=2026';
    expect(withoutSignatures(address)).toBe('https://a.blob.x/c/b?sv=…&sig=…&se=…');
    const fault = asServiceFault(refused(400, 'Odd', `cannot read ${address}`), place) as Fault;
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('abc%2Fdef');
    expect((fault.cause as Error).message).not.toContain('abc%2Fdef');
    expect(fault.cause).not.toHaveProperty('request');
  });

  it('leaves defects of ours what they are', () => {
    const error = new TypeError('x');
    expect(asServiceFault(error, place)).toBe(error);
  });
});
