import type { PerStep } from '@forge-ml/core/plugin';
import type { InputValue, Value } from '@forge-ml/onnx/graph';
import { input, scalar } from '@forge-ml/onnx/graph';
import { gather, greater } from '@forge-ml/onnx/ops';
import type { RateRequest, UpdateSchedule } from './update-schedule.js';

/** float32, one for each scalar that changes from step to step. */
export const scalars: InputValue = input('forge/scalars', 'float32', ['forge/per-step']);

/** The scalars that a training graph reads with each batch. */
export class StepScalars {
  readonly #functions: ((request: RateRequest) => number)[] = [];

  get count(): number {
    return this.#functions.length;
  }

  /** The value of a new scalar. */
  add(of: (request: RateRequest) => number): Value {
    this.#functions.push(of);
    return gather(scalars, scalar(this.#functions.length - 1, 'int64'), 0);
  }

  /** bool: a condition that depends on the step. */
  addCondition(of: (step: number) => boolean): Value {
    return greater(
      this.add(({ step }) => Number(of(step))),
      0.5,
    );
  }

  /** The scalars to feed. */
  at(request: RateRequest): Float32Array {
    return Float32Array.from(this.#functions, (of) => of(request));
  }
}

/** The scalars of one optimizer. */
export class OptimizerScalars {
  /** By parameter group, then by key. */
  readonly #values = new Map<number | undefined, Map<unknown, Value>>();
  readonly #scalars: StepScalars;
  readonly #schedule: UpdateSchedule;

  constructor(scalars: StepScalars, schedule: UpdateSchedule) {
    this.#scalars = scalars;
    this.#schedule = schedule;
  }

  /**
   * The value of that key, created on first use.
   * @param key its name, or its function
   * @param group the parameter group whose rate it depends on, if any
   */
  get(key: unknown, of: PerStep, group?: number): Value {
    const values = this.#values.get(group) ?? new Map<unknown, Value>();
    this.#values.set(group, values);
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = this.#scalars.add((request) => {
      return of(this.#schedule.updatesBefore(request.step), this.#schedule.rate(request, group));
    });
    values.set(key, value);
    return value;
  }

  /** bool: whether the batch is the last of its update. */
  isDue(): Value {
    return this.#scalars.addCondition((step) => this.#schedule.isDue(step));
  }
}
