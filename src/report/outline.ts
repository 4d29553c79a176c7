/**
 * The outline of the pixels that are not 0, along their edges, as SVG path data (`M x y H x V y … Z`): a closed loop for
 * each part and hole.
 * @param mask row by row
 */
export function outline(mask: ArrayLike<number>, width: number, height: number): string {
  const edges = directedEdges(mask, width, height);
  const loops: string[] = [];
  for (const start of edges.keys()) {
    while (edges.get(start)?.length) loops.push(loopFrom(start, edges, width + 1));
  }
  return loops.join('');
}

/** Corners are numbered `x + (width + 1) y`. Edges run clockwise around pixels: from each corner the corners they lead to. */
function directedEdges(mask: ArrayLike<number>, width: number, height: number): Map<number, number[]> {
  const edges = new Map<number, number[]>();
  const add = (from: number, to: number) => {
    const others = edges.get(from);
    if (others) others.push(to);
    else edges.set(from, [to]);
  };
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!at(x, y)) continue;
      const corner = x + (width + 1) * y;
      const below = corner + width + 1;
      if (!at(x, y - 1)) add(corner, corner + 1);
      if (!at(x + 1, y)) add(corner + 1, below + 1);
      if (!at(x, y + 1)) add(below + 1, below);
      if (!at(x - 1, y)) add(below, corner);
    }
  }
  return edges;
}

function loopFrom(start: number, edges: Map<number, number[]>, stride: number): string {
  let path = `M${start % stride} ${Math.floor(start / stride)}`;
  let corner = start;
  let direction = 0;
  do {
    const next = edges.get(corner)!.pop()!;
    const step = next - corner;
    // A straight run is one command: it is written where it ends.
    if (direction !== 0 && step !== direction) path += command(corner, direction, stride);
    direction = step;
    corner = next;
  } while (corner !== start);
  return `${path}${command(corner, direction, stride)}Z`;
}

const command = (corner: number, direction: number, stride: number) =>
  Math.abs(direction) === 1 ? `H${corner % stride}` : `V${Math.floor(corner / stride)}`;
