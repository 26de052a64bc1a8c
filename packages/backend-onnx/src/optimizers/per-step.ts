import type { InputValue, Value } from '@forge-ml/onnx/graph';
import { input, scalar } from '@forge-ml/onnx/graph';
import { gather, greater } from '@forge-ml/onnx/ops';

/** A scalar as a function of the number of previous updates and of the learning rate of this one. */
export type PerStep = (step: number, rate: number) => number;

/** float32, one for each scalar that changes from step to step. */
export const scalars: InputValue = input('forge/scalars', 'float32', ['forge/per-step']);

/** The scalars that a training graph reads with each batch. */
export class StepScalars {
  readonly #values = new Map<string, Value>();
  readonly #functions: ((batch: number, update: number, rate: number) => number)[] = [];
  readonly #rate: (step: number) => number;
  readonly #batches: number;

  /** @param batches how many of them make an update */
  constructor(rate: (step: number) => number, batches = 1) {
    this.#rate = rate;
    this.#batches = batches;
  }

  /** The value of that name, created on first use. */
  get(name: string, of: PerStep): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = this.#add((_, update, rate) => of(update, rate));
    this.#values.set(name, value);
    return value;
  }

  /** bool: whether the batch is the last of its update. */
  isDue(): Value {
    return greater(
      this.#add((batch) => Number((batch + 1) % this.#batches === 0)),
      0.5,
    );
  }

  get count(): number {
    return this.#functions.length;
  }

  /**
   * The scalars to feed.
   * @param batch the number of batches before this one
   * @param scale what the rate is multiplied by
   */
  at(batch: number, scale = 1): Float32Array {
    const update = Math.floor(batch / this.#batches);
    const rate = this.#rate(update) * scale;
    return Float32Array.from(this.#functions, (of) => of(batch, update, rate));
  }

  #add(of: (batch: number, update: number, rate: number) => number): Value {
    this.#functions.push(of);
    return gather(scalars, scalar(this.#functions.length - 1, 'int64'), 0);
  }
}
