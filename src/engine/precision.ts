import { readFileSync } from 'node:fs';
import type { Device } from './binding.ts';
import type { Precision } from './session.ts';

export interface PrecisionChoice {
  readonly precision: Precision;
  readonly reason: string;
}

/**
 * What the precision `auto` means on a machine: bfloat16 where the processor multiplies it natively, float16 on a GPU,
 * else float32.
 * @param flags the processor's features, as /proc/cpuinfo lists them
 */
export function automaticPrecision(
  devices: readonly Device[],
  flags: ReadonlySet<string> = cpuFlags(),
): PrecisionChoice {
  if (devices.some(device => device.type === 'GPU')) {
    return { precision: 'float16', reason: 'there is a GPU' };
  }
  for (const flag of ['amx_bf16', 'avx512_bf16']) {
    if (flags.has(flag)) return { precision: 'bfloat16', reason: `the processor has ${flag}` };
  }
  return { precision: 'float32', reason: 'the processor has no bfloat16 instructions' };
}

function cpuFlags(): ReadonlySet<string> {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return new Set(line?.[1]?.trim().split(/\s+/));
  } catch {
    // Only Linux tells; elsewhere TensorFlow has no fast bfloat16 kernels either.
    return new Set();
  }
}
