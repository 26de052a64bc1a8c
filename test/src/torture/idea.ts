/** One way to torment Forge, in two sizes: a slice that the tests run, and the whole of `npm run torture`. */
export interface TortureIdea {
  readonly name: string;
  /** What must hold. */
  readonly bar: string;
  run(request: TortureRequest): Promise<TortureResult>;
}

export interface TortureRequest {
  /** All that is random follows from it. */
  readonly seed: number;
  readonly size: 'slice' | 'whole';
  /** Takes a line about how far it is. */
  say(text: string): void;
}

export interface TortureResult {
  /** What was tried, in figures. */
  readonly measured: string;
  /** What did not hold; none where all is well. */
  readonly faults: readonly string[];
}

/** A size for each of the two. */
export function sized({ size }: TortureRequest, sizes: { readonly slice: number; readonly whole: number }): number {
  return sizes[size];
}
