/** How parameters follow their gradients. */
export interface Optimizer {
  /** What it remembers of each number of a parameter, by name: as much of each is kept, and starts at 0. */
  readonly slots: readonly string[];
  /**
   * Changes `values`, and what is remembered of them, in place.
   * @param slots one array for each name, in their order
   * @param step the number of updates done before this one
   */
  update(values: Float64Array, gradient: Float64Array, slots: readonly Float64Array[], step: number): void;
}
