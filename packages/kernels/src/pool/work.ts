import type { WasmFunction } from '../web-assembly.js';

/** A call of a kernel over many elements, which threads do in chunks. */
export interface Work {
  readonly name: string;
  readonly count: number;
  /** Elements of a chunk. */
  readonly chunkSize: number;
  /** Byte offsets of the first elements. */
  readonly places: readonly number[];
  readonly scalars: readonly number[];
}

type Functions = Readonly<Record<string, WasmFunction>>;

/** All threads compile the same module, whose functions have the same order. */
export function writeWork(
  to: Float64Array,
  { name, count, chunkSize, places, scalars }: Work,
  functions: Functions,
): void {
  to.set([
    Object.keys(functions).indexOf(name),
    count,
    chunkSize,
    places.length,
    ...places,
    scalars.length,
    ...scalars,
  ]);
}

export function readWork(from: Float64Array, functions: Functions): Work {
  const [index, count, chunkSize, placeCount] = from as unknown as [number, number, number, number];
  const scalarsAt = 5 + placeCount;
  return {
    name: Object.keys(functions)[index]!,
    count,
    chunkSize,
    places: [...from.subarray(4, 4 + placeCount)],
    scalars: [...from.subarray(scalarsAt, scalarsAt + from[scalarsAt - 1]!)],
  };
}

export function chunksOf({ count, chunkSize }: Work): number {
  return Math.ceil(count / chunkSize);
}

/** @returns a function that runs a chunk, and returns what the kernel returns */
export function chunkRunner(
  { name, count, chunkSize, places, scalars }: Work,
  functions: Functions,
): (chunk: number) => number {
  const kernel = functions[name]!;
  const values = [0, ...places, ...scalars];
  return (chunk) => {
    const start = chunk * chunkSize;
    values[0] = Math.min(chunkSize, count - start);
    for (const [index, place] of places.entries()) values[1 + index] = place + 4 * start;
    return kernel(...values);
  };
}
