import type { Row } from '../tensor/row.js';
import { type TensorData, type TypedArray, tensor } from '../tensor/tensor-data.js';
import {
  badValue,
  convertColumn,
  type FittedColumn,
  requireValue,
  typeOfColumn,
  widthOfColumn,
} from './fitted-column.js';
import type { NamedArrays, Value } from './steps/step.js';

/** A named array of the model, and the columns that it is made of. */
export interface FittedArray {
  readonly name: string;
  /** Several columns, joined into one vector of float32. Otherwise the array is the one column. */
  readonly joined: boolean;
  readonly columns: readonly FittedColumn[];
  readonly isTarget: boolean;
  /** The model's outputs in its units; null for that of its name, or the only one. */
  readonly outputs: readonly string[] | null;
}

type Converted = TensorData | TypedArray | number | NamedArrays;
type Convert = (row: Row, index: number) => Converted;

/** Converts rows to the array, without a batch dimension. */
export function convertArray({ joined, columns }: FittedArray): Convert {
  const parts = columns.map(({ source, steps }) => ({
    source,
    convert: convertColumn(source, steps),
    width: widthOfColumn(steps) ?? 0,
  }));
  if (joined) return (row, index) => join(parts, row, index);
  const [{ source, convert }] = parts as [(typeof parts)[0]];
  const isClass = typeOfColumn(columns[0]!.steps) === 'class';
  return (row, index) => {
    const value = arrayOf(convert(row, index), source, row, index);
    return isClass && typeof value === 'number' ? tensor(Int32Array.of(value), []) : value;
  };
}

interface Part {
  readonly source: string;
  readonly convert: (row: Row, index: number) => Value | NamedArrays;
  readonly width: number;
}

function join(parts: readonly Part[], row: Row, index: number): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { width }) => sum + width, 0));
  let at = 0;
  for (const { source, convert, width } of parts) {
    const value = arrayOf(convert(row, index), source, row, index);
    if (typeof value === 'number') out[at] = value;
    else out.set(value as Float32Array, at);
    at += width;
  }
  return out;
}

function arrayOf(value: Value | NamedArrays, source: string, row: Row, index: number): Converted {
  const given = requireValue(value, source, row, index);
  if (typeof given === 'string' || typeof given === 'boolean') throw badValue(source, row, index, 'is not a number');
  if (typeof given === 'number' && !Number.isFinite(Math.fround(given))) {
    throw badValue(source, row, index, `gives ${given}, which is too large for float32`);
  }
  return given;
}
