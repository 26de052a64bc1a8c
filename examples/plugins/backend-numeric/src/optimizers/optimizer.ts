/** Updates parameters by their gradients. */
export interface Optimizer {
  /** The names of its slots: arrays of the size of a parameter, initially 0. */
  readonly slots: readonly string[];
  /**
   * Updates `values` and the slots in place.
   * @param slots one array for each name, in order
   * @param step the number of updates done before this one
   */
  update(values: Float64Array, gradient: Float64Array, slots: readonly Float64Array[], step: number): void;
}
