import { compareVectors } from './losses.js';

/**
 * The volume that vectors of losses dominate, up to a reference point that none of them exceeds: exact in any number of
 * objectives (While, Bradstreet and Barone, "A fast way of calculating exact hypervolumes", 2012).
 */
export function hypervolume(losses: readonly (readonly number[])[], reference: readonly number[]): number {
  if (reference.length === 3) return volumeOfTriples([...losses].sort(compareVectors), reference);
  return volume(frontOf(losses), reference);
}

function volume(front: readonly (readonly number[])[], reference: readonly number[]): number {
  if (reference.length === 1) return front.length === 0 ? 0 : reference[0]! - front[0]![0]!;
  if (reference.length === 2) return area(front, reference);
  let sum = 0;
  for (const [at, point] of front.entries()) {
    // The part of later points' volumes that this one has already.
    const limited = front.slice(at + 1).map((other) => other.map((loss, axis) => Math.max(loss, point[axis]!)));
    sum += box(point, reference) - hypervolume(limited, reference);
  }
  return sum;
}

/** @param front sorted by the first loss, so that the second descends */
function area(front: readonly (readonly number[])[], reference: readonly number[]): number {
  let sum = 0;
  let top = reference[1]!;
  for (const [first, second] of front as readonly (readonly [number, number])[]) {
    sum += (reference[0]! - first) * (top - second);
    top = second;
  }
  return sum;
}

/** The sum of slices along the first loss: the area of a slice grows with each vector. */
function volumeOfTriples(sorted: readonly (readonly number[])[], reference: readonly number[]): number {
  // The front of the second and third loss: the second ascends, the third descends.
  const seconds: number[] = [];
  const thirds: number[] = [];
  let [sum, slice] = [0, 0];
  for (const [at, point] of sorted.entries()) {
    slice += extend(seconds, thirds, point, reference);
    sum += slice * ((sorted[at + 1] ?? reference)[0]! - point[0]!);
  }
  return sum;
}

/** Adds a vector to the front, and returns the area that it adds. */
function extend(seconds: number[], thirds: number[], point: readonly number[], reference: readonly number[]): number {
  const [second, third] = [point[1]!, point[2]!];
  let start = 0;
  while (start < seconds.length && seconds[start]! < second) start++;
  let top = start > 0 ? thirds[start - 1]! : reference[2]!;
  if (top <= third || (seconds[start] === second && thirds[start]! <= third)) return 0;
  let [area, left, end] = [0, second, start];
  for (; end < seconds.length && thirds[end]! >= third; end++) {
    area += (seconds[end]! - left) * (top - third);
    [left, top] = [seconds[end]!, thirds[end]!];
  }
  area += ((end < seconds.length ? seconds[end]! : reference[1]!) - left) * (top - third);
  seconds.splice(start, end - start, second);
  thirds.splice(start, end - start, third);
  return area;
}

/** The volume that one vector dominates. */
export function box(point: readonly number[], reference: readonly number[]): number {
  let product = 1;
  for (let axis = 0; axis < point.length; axis++) product *= reference[axis]! - point[axis]!;
  return product;
}

/** The vectors that none dominates, sorted, each once. */
function frontOf(losses: readonly (readonly number[])[]): (readonly number[])[] {
  const front: (readonly number[])[] = [];
  for (const point of [...losses].sort(compareVectors)) {
    if (!front.some((other) => other.every((loss, axis) => loss <= point[axis]!))) front.push(point);
  }
  return front;
}
