import type { ParameterInfo } from '../backend/backend.js';
import { bytesPerElement, sizeOf } from '../tensor/tensor-data.js';

/** A parameter of a model. */
export interface ParameterRow extends ParameterInfo {
  /** Numbers in it. */
  readonly count: number;
  readonly bytes: number;
}

/** Sums over parameters. */
export interface ParameterTotal {
  readonly tensors: number;
  readonly count: number;
  readonly bytes: number;
}

/** The parameters of a model, in its order, and their sums. */
export interface ParameterTable {
  readonly rows: readonly ParameterRow[];
  /** Of those that training changes. */
  readonly trained: ParameterTotal;
  /** Of those that it does not: frozen ones, and state such as batch-norm statistics. */
  readonly frozen: ParameterTotal;
  readonly total: ParameterTotal;
}

export function parameterTable(parameters: readonly ParameterInfo[]): ParameterTable {
  const rows = parameters.map(({ name, dtype, shape, trainable }) => {
    const count = sizeOf(shape);
    return { name, dtype, shape, trainable, count, bytes: count * bytesPerElement[dtype] };
  });
  return {
    rows,
    trained: totalOf(rows.filter(({ trainable }) => trainable)),
    frozen: totalOf(rows.filter(({ trainable }) => !trainable)),
    total: totalOf(rows),
  };
}

function totalOf(rows: readonly ParameterRow[]): ParameterTotal {
  return rows.reduce(
    ({ tensors, count, bytes }, row) => ({ tensors: tensors + 1, count: count + row.count, bytes: bytes + row.bytes }),
    { tensors: 0, count: 0, bytes: 0 },
  );
}
