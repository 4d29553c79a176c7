import { Fault, Faults } from '../foundation/fault.ts';
import type { ProbePoint } from '../foundation/probe.ts';
import { asValue, isTensor, partOf, type Value } from './expressions/value.ts';
import { isFaulty } from './values/tensor-statistics.ts';

/** What training can stop at without a breakpoint. */
export const EXCEPTION_FILTERS = [
  { filter: 'nan', label: 'NaN or Inf in a tensor', default: true },
  { filter: 'shape', label: 'Shapes that do not fit', default: true },
  { filter: 'memory', label: 'Out of memory', default: true },
  { filter: 'error', label: 'Any other failure', default: true },
  { filter: 'foreground', label: 'Crop without foreground', default: false },
  { filter: 'gradient', label: 'Exploding gradient', default: false },
] as const;

export type ExceptionFilter = (typeof EXCEPTION_FILTERS)[number]['filter'];

export interface Finding {
  readonly filter: ExceptionFilter;
  readonly message: string;
  /** The tensor that is at fault, as an expression. */
  readonly tensor?: string;
}

/** The filter that an error belongs to. What a user can mend, and what the system refuses, says of itself what it is. */
export function filterOf(error: unknown): ExceptionFilter {
  const message = error instanceof Error ? error.message : String(error);
  if (/OOM|out of memory|RESOURCE_EXHAUSTED|ResourceExhausted|allocation failed/i.test(message))
    return 'memory';
  const said = error instanceof Fault || error instanceof Faults || isSystemError(error);
  return !said && SHAPES.test(message) ? 'shape' : 'error';
}

/** As TensorFlow and its JavaScript say it of tensors. */
const SHAPES = /\b(shapes?|dimensions?|dims?|ranks?|incompatible|must match)\b/i;

const isSystemError = (error: unknown): boolean =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).errno === 'number';

/** Gradients whose norm is this many times the usual explode. */
const EXPLODING = 100;
/** Steps from which the usual norm is known. */
const USUAL_STEPS = 20;

/** Looks at what nodes show for what the enabled filters ask for. */
export class PointWatch {
  enabled: ReadonlySet<string> = new Set();
  private readonly norms: number[] = [];

  /** What is wrong at a point; the first thing found. */
  look(point: ProbePoint): Finding | undefined {
    if (this.enabled.has('nan')) {
      const bad = firstFaulty(point);
      if (bad) return { filter: 'nan', message: `${bad} holds NaN or Inf`, tensor: bad };
    }
    if (this.enabled.has('foreground') && point.setting === 'sampling' && isEmpty(point))
      return { filter: 'foreground', message: 'the crop holds no structure' };
    if (this.enabled.has('gradient') && point.setting === 'optimizer') return this.gradient(point);
    return undefined;
  }

  private gradient(point: ProbePoint): Finding | undefined {
    const value = asValue(point.values().gradient_norm!);
    const norm = isTensor(value) ? value.data()[0]! : Number(value);
    const usual = [...this.norms].sort((a, b) => a - b)[this.norms.length >> 1];
    this.norms.push(norm);
    if (this.norms.length > 5 * USUAL_STEPS) this.norms.shift();
    if (usual === undefined || this.norms.length <= USUAL_STEPS || norm <= EXPLODING * usual)
      return undefined;
    return {
      filter: 'gradient',
      message: `the gradient's norm is ${norm.toPrecision(4)}, usually ${usual.toPrecision(4)}`,
    };
  }
}

/**
 * The first tensor of a point that is not finite, as an expression: `output.image`, `gradients["head/kernel"]`. A metric
 * may be NaN.
 */
function firstFaulty(point: ProbePoint): string | undefined {
  const visit = (value: Value, path: string): string | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (isTensor(value)) return /float/.test(value.dtype) && isFaulty(value) ? path : undefined;
    for (const [name, read] of value.values) {
      const found = visit(read(), path === '' ? name : partOf(path, name));
      if (found) return found;
    }
    return undefined;
  };
  return visit(asValue({ kind: 'group', values: point.values() }), '');
}

function isEmpty(point: ProbePoint): boolean {
  const output = asValue(point.values().output!);
  if (typeof output !== 'object' || output === null || output.kind !== 'group') return false;
  const labels = output.values.get('labels')?.();
  if (labels === undefined || !isTensor(labels)) return false;
  const data = labels.data();
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) return false;
  return true;
}
