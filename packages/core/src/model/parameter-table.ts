import type { ParameterInfo, ParameterTotal } from '../backend/backend.js';
import { bytesPerElement, sizeOf } from '../tensor/tensor-data.js';

/** A parameter of a model. */
export interface ParameterRow extends ParameterInfo {
  /** Numbers in it. */
  readonly count: number;
  readonly bytes: number;
}

/** The parameters of a model, in its order, and their sums. */
export interface ParameterTable {
  readonly rows: readonly ParameterRow[];
  /** Of those that training changes. */
  readonly trained: ParameterTotal;
  /** Of those that it does not: frozen ones, state such as batch-norm statistics, and the base. */
  readonly frozen: ParameterTotal;
  readonly total: ParameterTotal;
}

/** @param base weights that are no parameters of the session, and are only summed up */
export function parameterTable(parameters: readonly ParameterInfo[], base?: ParameterTotal): ParameterTable {
  const rows = parameters.flatMap(({ name, dtype, shape, trainable, fingerprint }) => {
    const count = sizeOf(shape);
    return fingerprint ? [] : [{ name, dtype, shape, trainable, count, bytes: count * bytesPerElement[dtype] }];
  });
  const others = base ? [base] : [];
  return {
    rows,
    trained: totalOf(rows.filter(({ trainable }) => trainable)),
    frozen: totalOf(
      rows.filter(({ trainable }) => !trainable),
      others,
    ),
    total: totalOf(rows, others),
  };
}

function totalOf(rows: readonly ParameterRow[], others: readonly ParameterTotal[] = []): ParameterTotal {
  const all = [...rows.map(({ count, bytes }) => ({ tensors: 1, count, bytes })), ...others];
  return all.reduce(
    (sum, { tensors, count, bytes }) => {
      return { tensors: sum.tensors + tensors, count: sum.count + count, bytes: sum.bytes + bytes };
    },
    { tensors: 0, count: 0, bytes: 0 },
  );
}
