/** Where the functions of a session compute. Names of devices are TensorFlow's, such as `/device:GPU:1`. */
export interface Placement {
  /** Devices among which a function may divide its work; at least one. */
  readonly devices: readonly string[];
  /** Where feeds arrive: a processor. */
  readonly host: string | undefined;
  /** Where everything lies that no device is named for; undefined: TensorFlow chooses. */
  readonly rest: string | undefined;
}

/** One device, which TensorFlow chooses. */
export const ONE_DEVICE: Placement = { devices: [''], host: undefined, rest: undefined };

/**
 * Several devices of this machine.
 * @param kind on a processor they are imitated: each computes on the same cores
 */
export const severalDevices = (kind: 'cpu' | 'gpu', count: number): Placement =>
  count === 1
    ? ONE_DEVICE
    : {
        devices: Array.from({ length: count }, (_, index) => `/device:${kind.toUpperCase()}:${index}`),
        host: '/device:CPU:0',
        rest: undefined,
      };
