/** A stress test in two sizes: a slice for the tests, and the whole for `npm run torture`. */
export interface TortureScenario {
  readonly name: string;
  /** The property that must hold. */
  readonly bar: string;
  /** Whether it measures time, so that its slice must run alone on the machine. */
  readonly alone?: true;
  run(request: TortureRequest): Promise<TortureResult>;
}

export interface TortureRequest {
  /** Seed for all randomness. */
  readonly seed: number;
  readonly size: 'slice' | 'whole';
  /** Prints a line about the progress. */
  say(text: string): void;
}

export interface TortureResult {
  /** What was tested, in figures. */
  readonly measured: string;
  /** The violations of the property; none if it holds. */
  readonly faults: readonly string[];
}

/** The value for the requested size. */
export function sized({ size }: TortureRequest, sizes: { readonly slice: number; readonly whole: number }): number {
  return sizes[size];
}
