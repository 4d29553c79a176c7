import { KERNELS_BASE64 } from './compiled.ts';

/** What assembly/ exports: pointers are bytes in `memory`. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  free(): number;
  filterRows32: FilterRows;
  filterRows64: FilterRows;
  filterLines32: FilterLines;
  filterLines64: FilterLines;
  blendRows32: BlendRows;
  blendRows64: BlendRows;
  blendLines32: BlendLines;
  blendLines64: BlendLines;
  contourSlice(
    before: number,
    slice: number,
    behind: number,
    result: number,
    height: number,
    width: number,
    corners: boolean,
  ): void;
  rowSquares(mask: number, squares: number, rows: number, width: number, step: number): void;
  parabolas(squares: number, size: number, inner: number, scratch: number, scale: number): void;
}

type FilterRows = (
  ...pointersAndSizes: [
    source: number,
    result: number,
    size: number,
    inner: number,
    rows: number,
    weights: number,
    radius: number,
  ]
) => void;

type FilterLines = (
  ...pointersAndSizes: [
    source: number,
    result: number,
    lines: number,
    size: number,
    rows: number,
    weights: number,
    radius: number,
    padded: number,
  ]
) => void;

type BlendRows = (
  ...pointersAndSizes: [
    source: number,
    result: number,
    count: number,
    inner: number,
    taps: number,
    index: number,
    weight: number,
  ]
) => void;

type BlendLines = (
  ...pointersAndSizes: [
    source: number,
    result: number,
    lines: number,
    size: number,
    count: number,
    taps: number,
    index: number,
    weight: number,
  ]
) => void;

let exports: Exports | undefined;

/** This thread's kernels, compiled when they are first asked for. */
export function kernels(): Exports {
  // Node and the viewer's worker in an editor both know these functions.
  const bytes = () => Uint8Array.from(atob(KERNELS_BASE64), character => character.charCodeAt(0));
  exports ??= new WebAssembly.Instance(new WebAssembly.Module(bytes()), {}).exports as unknown as Exports;
  return exports;
}

/**
 * Lays arrays of these sizes (in bytes) one behind the other into the kernels' memory, which is never given back: callers
 * work tile by tile. What lay there before is lost.
 * @returns where each begins, divisible by 16.
 */
export function layOut(...bytes: number[]): number[] {
  const { memory, free } = kernels();
  let end = Math.ceil(free() / 16) * 16;
  const starts = bytes.map(size => {
    const start = end;
    end += Math.ceil(size / 16) * 16;
    return start;
  });
  const lacking = end - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / 65536));
  return starts;
}
