/** One example of a request, as JSON has it. */
export type Instance = unknown;

/** An input, as the description of a server shows it. */
export interface DescribedInput {
  readonly name: string;
  /** `number`, `text`, or the type and shape of one example's array, such as `float32[28, 28]`. */
  readonly type: string;
}

/** A model that answers examples. */
export interface ServedModel {
  /** What is served: `tabular/1 at step 500`. */
  readonly name: string;
  /** Raw rows, with the run's preprocessing; or the arrays that the model reads. */
  readonly takes: 'rows' | 'arrays';
  readonly inputs: readonly DescribedInput[];
  /** An example in the right form; its values mean nothing. */
  readonly example: Instance;
  /**
   * Examples of different keys cannot be computed together.
   * @param number of the example in its request, for messages
   * @throws ForgeError DATA_INVALID
   */
  keyOf(instance: Instance, number: number): string;
  /**
   * The prediction of each example, as plain JSON.
   * @param first the number of the first one in its request, for messages
   * @throws ForgeError DATA_INVALID
   */
  predict(instances: readonly Instance[], first: number): Promise<readonly unknown[]>;
  dispose(): Promise<void>;
}
