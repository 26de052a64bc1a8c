import type { TensorData, TypedArray } from './tensor-data.js';

/** A value in a row of a table; null for a missing one. */
export type Cell = number | string | boolean | null;

/**
 * One raw row, as a file or a request has it: values by the names of the columns. Images and sounds are arrays.
 * undefined is a missing value too.
 */
export type Row = Readonly<Record<string, Cell | TensorData | TypedArray | undefined>>;
