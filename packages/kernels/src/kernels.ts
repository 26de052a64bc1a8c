import type { FormulaName } from './formulas.js';

/** One parameter's update. Places are byte offsets into the memory: multiples of 4, fastest of 16. */
export interface UpdateCall {
  readonly formula: FormulaName;
  /** Elements of float32. */
  readonly count: number;
  readonly parameter: number;
  readonly gradient: number;
  /** In the order of the formula's slots. */
  readonly slots: readonly number[];
  /** Where the results go. Default: where they were read. */
  readonly next?: { readonly parameter: number; readonly slots: readonly number[] };
  /** In the order of the formula's constants. */
  readonly constants: readonly number[];
  /** What the parameter is multiplied by before its update. Default: 1. */
  readonly decay?: number;
  /** The gradient is multiplied by this, then limited to [-clipValue, clipValue], then multiplied by `normScale`. */
  readonly gradientScale?: number;
  readonly clipValue?: number;
  readonly normScale?: number;
  /** A moving average a of the parameter after the update: a ← a + share · (p - a). */
  readonly average?: { readonly place: number; readonly next?: number; readonly share: number };
}

/** Kernels over one memory. They keep nothing in it, and allocate nothing. */
export interface Kernels {
  update(call: UpdateCall): void;
  /** sum ← sum + gradient, of `count` elements. */
  accumulate(sum: number, gradient: number, count: number): void;
  /**
   * The sum of squares of a gradient, scaled and limited as in `UpdateCall`, in float64: in parts of 4,096 elements, which
   * are added in order, so that the result does not depend on how the work is shared. In a part, element i is added to
   * sum i mod 8 while eight elements are left; then the eight sums are added in pairs, and then what is left, in order.
   */
  sumOfSquares(gradient: number, count: number, limits?: Pick<UpdateCall, 'gradientScale' | 'clipValue'>): number;
}
