/** A point in a slice, in voxels: [x, y] of the first voxel's centre is [0, 0]. */
export type Point = readonly [x: number, y: number];

/** A side of a voxel inside, whose neighbour on that side is outside; contours go through sides. */
interface Side {
  readonly x: number;
  readonly y: number;
  /** 0 up (towards lower y), 1 right, 2 down, 3 left. */
  readonly direction: number;
}

const STEPS = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const;

/**
 * A hair within the voxel: contours lie halfway between centres inside and outside, and programs that round points to
 * whole voxels, as rt-utils does, must come to the one inside.
 */
const HALF = 0.49;

/**
 * Closed contours of a mask, one for each part that hangs together by its edges: marching squares (Lorensen and Cline
 * 1987, in the plane), each contour between the centres of voxels inside and outside. A hole is joined to the contour
 * around it by a path that is walked there and back (a keyhole), so that each contour alone says what is inside, whether
 * a reader counts crossings or turns.
 * @param inside whether a voxel belongs to the mask.
 * @param fillHoles leave holes out.
 */
export function traceContours(
  inside: (x: number, y: number) => boolean,
  width: number,
  height: number,
  fillHoles: boolean,
): Point[][] {
  const is = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && inside(x, y);
  const loops: Side[][] = [];
  const loopOf = new Map<number, number>();
  const key = ({ x, y, direction }: Side) => (y * width + x) * 4 + direction;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!is(x, y)) continue;
      for (let direction = 0; direction < 4; direction++) {
        const side = { x, y, direction };
        if (is(x + STEPS[direction]![0], y + STEPS[direction]![1]) || loopOf.has(key(side))) continue;
        const loop = followLoop(is, side);
        for (const passed of loop) loopOf.set(key(passed), loops.length);
        loops.push(loop);
      }
    }
  }
  const isHole = loops.map(loop => signedArea(loop) < 0);
  const outer = loops.filter((_, index) => !isHole[index]);
  if (fillHoles) {
    // What lies in a hole is inside already, once the hole is.
    const alone = outer.filter(loop => !outer.some(other => other !== loop && isAround(other, loop[0]!)));
    return alone.map(loop => withoutStraightPoints(loop.map(pointOf)));
  }

  /** Holes by the side of another loop that their path leads to. */
  const paths = new Map<number, Side[][]>();
  for (const [index, loop] of loops.entries()) {
    if (!isHole[index]) continue;
    // The voxel left of the hole; the mask is left along its row until it ends.
    const start = loop.filter(({ direction }) => direction === 1).reduce((a, b) => (b.x < a.x ? b : a));
    let end = start.x;
    while (is(end - 1, start.y)) end--;
    const at = key({ x: end, y: start.y, direction: 3 });
    const from = loop.indexOf(start);
    paths.set(at, [...(paths.get(at) ?? []), [...loop.slice(from), ...loop.slice(0, from)]]);
  }
  /** The points of a loop, with those of the holes that hang on it. */
  const walk = (loop: readonly Side[]): Point[] =>
    loop.flatMap(side => {
      const point = pointOf(side);
      const holes = paths.get(key(side)) ?? [];
      return [point, ...holes.flatMap(hole => [...walk(hole), pointOf(hole[0]!), point])];
    });
  return outer.map(loop => withoutStraightPoints(walk(loop)));
}

/** The sides in their order, inside on the right hand; parts that touch at a corner stay apart. */
function followLoop(is: (x: number, y: number) => boolean, start: Side): Side[] {
  const loop: Side[] = [];
  let { x, y, direction } = start;
  do {
    loop.push({ x, y, direction });
    const turned = (direction + 1) % 4;
    const [outX, outY] = STEPS[direction]!;
    const [alongX, alongY] = STEPS[turned]!;
    if (!is(x + alongX, y + alongY)) direction = turned;
    else {
      x += alongX;
      y += alongY;
      if (is(x + outX, y + outY)) {
        x += outX;
        y += outY;
        direction = (direction + 3) % 4;
      }
    }
  } while (x !== start.x || y !== start.y || direction !== start.direction);
  return loop;
}

/** Whether a loop goes around a voxel: a ray from it to the left crosses an odd number of the loop's sides. */
function isAround(loop: readonly Side[], { x, y }: Side): boolean {
  const crossed = loop.filter(
    side => side.y === y && (side.direction === 3 ? side.x <= x : side.direction === 1 && side.x < x),
  );
  return crossed.length % 2 === 1;
}

const pointOf = ({ x, y, direction }: Side): Point => [
  x + HALF * STEPS[direction]![0],
  y + HALF * STEPS[direction]![1],
];

/** Positive where the loop goes around what is inside, negative around a hole. */
function signedArea(loop: readonly Side[]): number {
  const points = loop.map(pointOf);
  return points.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
}

/** Without points in the middle of a straight line; where it turns back, as at the end of a path, the point stays. */
function withoutStraightPoints(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const [index, point] of points.entries()) {
    const before = kept.at(-1) ?? points.at(-1)!;
    const after = points[(index + 1) % points.length]!;
    const [ax, ay] = [point[0] - before[0], point[1] - before[1]];
    const [bx, by] = [after[0] - point[0], after[1] - point[1]];
    const straight = Math.abs(ax * by - ay * bx) < 1e-9 && ax * bx + ay * by > 0;
    if (!straight) kept.push(point);
  }
  return kept;
}
