/** A row-major float64 matrix with one row an example. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]` */
  readonly values: Float64Array;
}

export function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** Applies a function to each element. */
export function map(x: Matrix, change: (value: number, at: number) => number): Matrix {
  return { ...x, values: x.values.map(change) };
}

/** `a b`: [n, k] by [k, m] is [n, m]. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++) {
    for (let inner = 0; inner < a.columns; inner++) {
      addRow(result, row, a.values[row * a.columns + inner]!, b, inner);
    }
  }
  return result;
}

/** `aᵀ b`: [n, k] and [n, m] make [k, m]. The gradient of a weight matrix is one of these. */
export function multiplyTransposed(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.columns, b.columns);
  for (let row = 0; row < a.rows; row++) {
    for (let column = 0; column < a.columns; column++) {
      addRow(result, column, a.values[row * a.columns + column]!, b, row);
    }
  }
  return result;
}

export function transpose(x: Matrix): Matrix {
  const result = zeros(x.columns, x.rows);
  for (let row = 0; row < x.rows; row++) {
    for (let column = 0; column < x.columns; column++) {
      result.values[column * x.rows + row] = x.values[row * x.columns + column]!;
    }
  }
  return result;
}

/** [1, columns] */
export function sumOfRows(x: Matrix): Matrix {
  const sums = zeros(1, x.columns);
  for (let row = 0; row < x.rows; row++) addRow(sums, 0, 1, x, row);
  return sums;
}

/** Adds `factor` times a row of `source` to a row of `target`. */
function addRow(target: Matrix, targetRow: number, factor: number, source: Matrix, sourceRow: number): void {
  // Many pixels and ReLU outputs are zero: skipping them halves the work.
  if (factor === 0) return;
  const { columns } = target;
  const to = targetRow * columns;
  const from = sourceRow * columns;
  for (let column = 0; column < columns; column++) {
    target.values[to + column]! += factor * source.values[from + column]!;
  }
}
