import type { Clusters } from '../jobs/clusters.ts';
import { ok } from '../router.ts';
import { PROVIDER, REGION, SUBSCRIPTION } from '../workspace.ts';
import type { Arm } from './arm.ts';
import { LOW_PRIORITY_NAME, LOW_PRIORITY_QUOTA, SIZES, type VirtualMachineSize } from './virtual-machines.ts';

/** What a region offers, what of it is used, and how much may be. */
export function usageRoutes(arm: Arm, clusters: Clusters): void {
  const place = `/subscriptions/{subscription}/providers/${PROVIDER}/locations/{location}`;
  arm.on('GET', `${place}/vmSizes`, () => ok({ value: SIZES.map(offer) }));
  arm.on('GET', `${place}/usages`, () => ok({ value: usages(clusters) }));
  arm.on('GET', `${place}/quotas`, () =>
    ok({
      value: usages(clusters).map(({ id, name, limit }) => ({
        id: id.replace('/usages', '/quotas'),
        amlWorkspaceLocation: REGION,
        type: `${PROVIDER}/quotas`,
        name,
        limit,
        unit: 'Count',
      })),
    }),
  );
}

function offer(size: VirtualMachineSize): object {
  const price = (retailPrice: number, vmTier: string): object => ({ retailPrice, osType: 'Linux', vmTier });
  return {
    name: size.name,
    family: size.family,
    vCPUs: size.vCPUs,
    gpus: size.gpus,
    osVhdSizeMB: 1047552,
    maxResourceVolumeMB: 28672,
    memoryGB: size.memoryGB,
    lowPriorityCapable: true,
    premiumIO: true,
    estimatedVMPrices: {
      billingCurrency: 'USD',
      unitOfMeasure: 'OneHour',
      values: [price(size.dedicated, 'Standard'), price(size.lowPriority, 'LowPriority')],
    },
    supportedComputeTypes: ['AmlCompute', 'ComputeInstance'],
  };
}

interface Usage {
  readonly id: string;
  readonly name: { readonly value: string; readonly localizedValue: string };
  readonly currentValue: number;
  readonly limit: number;
}

function usages(clusters: Clusters): Usage[] {
  const usage = (name: Usage['name'], currentValue: number, limit: number) => ({
    id: `/subscriptions/${SUBSCRIPTION}/providers/${PROVIDER}/locations/${REGION}/usages/${name.value}`,
    amlWorkspaceLocation: REGION,
    type: `${PROVIDER}/usages`,
    unit: 'Count',
    currentValue,
    limit,
    name,
  });
  return [
    ...SIZES.map(size =>
      usage(
        { value: size.family, localizedValue: size.familyName },
        clusters.coresInUse(size.family),
        clusters.quota(size.family),
      ),
    ),
    usage(LOW_PRIORITY_NAME, clusters.coresInUse('lowPriority'), LOW_PRIORITY_QUOTA),
  ];
}
