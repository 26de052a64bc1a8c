import { tensorOf } from '../../../tensor/numbers.js';
import { sizeOf, type TensorData, type UnpackedDType } from '../../../tensor/tensor.js';
import type { InputValue, Value } from '../../ir/graph.js';
import type { Dim, Shape } from '../../ir/types.js';
import { input } from '../../ir/values.js';

/** The sizes a case's inputs are made of: numbers, or the same as names. */
export interface Sizes {
  readonly batch: Dim;
  readonly length: Dim;
  readonly height: Dim;
  readonly width: Dim;
}

export const actualSizes = { batch: 2, length: 5, height: 9, width: 8 } as const satisfies Sizes;
export const namedSizes: Sizes = { batch: 'batch', length: 'length', height: 'height', width: 'width' };

/** Makes inputs and their data. */
export class Feeds {
  readonly inputs: InputValue[] = [];
  readonly data = new Map<string, TensorData>();

  /** Numbers between -1.3 and 1.3 where no values are given; for bool and whole numbers small ones, not negative. */
  of(dtype: UnpackedDType, shape: Shape, values?: readonly number[]): InputValue {
    const name = `x${this.inputs.length}`;
    const value = input(name, dtype, shape);
    const actual = shape.map(actualDim);
    const isFloat = dtype.includes('float');
    const element = (at: number) => (isFloat ? 1.3 * Math.sin(at * 1.7 + this.inputs.length) : (at * 7 + 1) % 2);
    const numbers = Array.from({ length: sizeOf(actual) }, (_, at) => values?.[at % values.length] ?? element(at));
    this.inputs.push(value);
    this.data.set(name, tensorOf(numbers, dtype, actual));
    return value;
  }

  float(...shape: Dim[]): InputValue {
    return this.of('float32', shape);
  }

  /** Positive numbers. */
  positive(...shape: Dim[]): InputValue {
    return this.of('float32', shape, [0.5, 1.5, 0.25, 2]);
  }

  whole(...shape: Dim[]): InputValue {
    return this.of('int64', shape);
  }

  flag(...shape: Dim[]): InputValue {
    return this.of('bool', shape);
  }
}

/** Builds the values that check an operator's rule. */
export type Case = (sizes: Sizes, feeds: Feeds) => Value | readonly (Value | undefined)[];
export type Cases = Readonly<Record<string, Case>>;

/** The size at run time; undefined for the name of an unknown size. */
export function actualDim(dim: Dim): number;
export function actualDim(dim: Dim): number | undefined {
  return typeof dim === 'number' ? dim : evaluated(dim, actualSizes);
}

/** The value of a name made by arithmetic on sizes; undefined if it is unknown. */
export function evaluated(dim: string, sizes: Readonly<Record<string, number>>): number | undefined {
  if (dim.includes('?')) return undefined;
  const code = dim.replaceAll('floor(', 'Math.floor(').replaceAll('broadcast(', 'Math.max(');
  const names = [...Object.keys(sizes), 'slice'];
  return new Function(...names, `return ${code}`)(...Object.values(sizes), slicedLength) as number;
}

/** Computed independently of the rule. */
function slicedLength(size: number, start: number, end: number, step: number): number {
  const all = Array.from({ length: size }, (_, at) => at);
  const clamp = (bound: number, least: number) => Math.max(bound < 0 ? bound + size : bound, least);
  if (step > 0) return all.slice(clamp(start, 0), clamp(end, 0)).filter((_, at) => at % step === 0).length;
  const [first, last] = [Math.min(clamp(start, 0), size - 1), clamp(end, -1)];
  return all.filter((at) => at <= first && at > last && (first - at) % -step === 0).length;
}
