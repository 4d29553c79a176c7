/** A kind of virtual machine as its region offers it; prices in US dollars an hour, as an example. */
export interface VirtualMachineSize {
  readonly name: string;
  readonly family: string;
  readonly familyName: string;
  readonly vCPUs: number;
  readonly gpus: number;
  readonly memoryGB: number;
  readonly dedicated: number;
  readonly lowPriority: number;
  /** Cores that the subscription may use of this family on dedicated nodes. */
  readonly quota: number;
}

export const SIZES: readonly VirtualMachineSize[] = [
  {
    name: 'Standard_DS3_v2',
    family: 'standardDSv2Family',
    familyName: 'Standard DSv2 Family Cluster Dedicated vCPUs',
    vCPUs: 4,
    gpus: 0,
    memoryGB: 14,
    dedicated: 0.27,
    lowPriority: 0.054,
    quota: 24,
  },
  {
    name: 'Standard_NC4as_T4_v3',
    family: 'Standard NCASv3_T4 Family',
    familyName: 'Standard NCASv3_T4 Family Cluster Dedicated vCPUs',
    vCPUs: 4,
    gpus: 1,
    memoryGB: 28,
    dedicated: 0.61,
    lowPriority: 0.12,
    quota: 16,
  },
  {
    name: 'Standard_NC24ads_A100_v4',
    family: 'StandardNCADSA100v4Family',
    familyName: 'Standard NCADSA100v4 Family Cluster Dedicated vCPUs',
    vCPUs: 24,
    gpus: 1,
    memoryGB: 220,
    dedicated: 4.4,
    lowPriority: 0.9,
    quota: 0,
  },
];

/** Cores that low-priority nodes of all families may use together. */
export const LOW_PRIORITY_QUOTA = 48;
export const LOW_PRIORITY_NAME = {
  value: 'lowPriorityCores',
  localizedValue: 'Total Cluster LowPriority Regional vCPUs',
};

export const sizeNamed = (name: string): VirtualMachineSize | undefined =>
  SIZES.find(size => size.name.toLowerCase() === name.toLowerCase());
