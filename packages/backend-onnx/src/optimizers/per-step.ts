import { input, scalar } from '../graph/constants.js';
import type { InputValue, Value } from '../graph/graph.js';
import { gather } from '../ops/shape.js';

/** A scalar as a function of the updates done before and of the learning rate of this step. */
export type PerStep = (step: number, rate: number) => number;

/** float32, one for each scalar that changes from step to step. */
export const scalars: InputValue = input('forge/scalars', 'float32', ['forge/per-step']);

/** The scalars that a training graph is given at each step; the first is the learning rate. */
export class StepScalars {
  readonly #values = new Map<string, Value>();
  readonly #functions: PerStep[] = [];
  readonly #rate: (step: number) => number;

  constructor(rate: (step: number) => number) {
    this.#rate = rate;
  }

  /** The value of that name, made when it is asked for first. */
  get(name: string, of: PerStep): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = gather(scalars, scalar(this.#functions.length, 'int64'), 0);
    this.#functions.push(of);
    this.#values.set(name, value);
    return value;
  }

  get count(): number {
    return this.#functions.length;
  }

  /** What to feed at a step. */
  at(step: number): Float32Array {
    const rate = this.#rate(step);
    return Float32Array.from(this.#functions, (of) => of(step, rate));
  }
}
