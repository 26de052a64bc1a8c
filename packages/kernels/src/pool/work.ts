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

/** @returns what the kernel returns for the chunk */
export function runChunk(
  { name, count, chunkSize, places, scalars }: Work,
  chunk: number,
  functions: Functions,
): number {
  const start = chunk * chunkSize;
  const size = Math.min(chunkSize, count - start);
  return functions[name]!(size, ...places.map((place) => place + 4 * start), ...scalars);
}
