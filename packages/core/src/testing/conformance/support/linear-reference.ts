import type { SessionState, TrainSession } from '../../../backend/backend.js';
import { type Batch, describeTensor, sizeOf, type TensorData } from '../../../tensor/tensor-data.js';
import { numbersOf } from './numbers-of.js';
import { type UpdateRule, type Updater, updaterOf } from './update-rules.js';

const [inputs, outputs] = [4, 2];

/**
 * The linear model of the backend's author, y = x · W + b with the mean squared error, in float64. It is computed here
 * and not by the backend, which also finds errors that a backend makes consistently.
 */
export class LinearReference {
  private readonly updaters: readonly [Updater, Updater];
  private readonly started: { readonly weights: Float64Array; readonly bias: Float64Array };

  private constructor(
    /** `[inputs, outputs]` */
    public weights: Float64Array,
    public bias: Float64Array,
    rule: UpdateRule,
  ) {
    this.updaters = [updaterOf(rule, weights.length), updaterOf(rule, bias.length)];
    this.started = { weights, bias };
  }

  /** Starts with the parameters of a session's state; optimizer slots start at 0. */
  static of(session: TrainSession, state: SessionState, rule: UpdateRule): LinearReference {
    const { weights, bias } = linearParameters(session, state);
    return new LinearReference(weights, bias, rule);
  }

  predict({ x }: Batch): Float64Array {
    const values = numbersOf(x!);
    return Float64Array.from({ length: (values.length / inputs) * outputs }, (_, at) => {
      const [row, out] = [Math.floor(at / outputs), at % outputs];
      let sum = this.bias[out]!;
      for (let into = 0; into < inputs; into++)
        sum += values[row * inputs + into]! * this.weights[into * outputs + out]!;
      return sum;
    });
  }

  loss(batch: Batch): number {
    return meanSquaredError(this.predict(batch), numbersOf(batch.y!));
  }

  step(batch: Batch, step: number): void {
    const [x, y, predicted] = [numbersOf(batch.x!), numbersOf(batch.y!), this.predict(batch)];
    const gradients = { weights: new Float64Array(inputs * outputs), bias: new Float64Array(outputs) };
    predicted.forEach((value, at) => {
      const [row, out] = [Math.floor(at / outputs), at % outputs];
      const slope = (2 * (value - y[at]!)) / predicted.length;
      gradients.bias[out]! += slope;
      for (let into = 0; into < inputs; into++)
        gradients.weights[into * outputs + out]! += slope * x[row * inputs + into]!;
    });
    const [byWeights, byBias] = [this.updaters[0](gradients.weights, step), this.updaters[1](gradients.bias, step)];
    this.weights = this.weights.map((value, at) => value - byWeights[at]!);
    this.bias = this.bias.map((value, at) => value - byBias[at]!);
  }

  /** The change of each parameter since the start: weights, then bias. */
  moved(parameters: { readonly weights: Float64Array; readonly bias: Float64Array } = this): number[] {
    return [
      ...Array.from(parameters.weights, (value, at) => value - this.started.weights[at]!),
      ...Array.from(parameters.bias, (value, at) => value - this.started.bias[at]!),
    ];
  }
}

/** The mean over all elements. */
export function meanSquaredError(predicted: ArrayLike<number>, targets: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < predicted.length; at++) sum += (predicted[at]! - targets[at]!) ** 2;
  return sum / predicted.length;
}

/** @throws Error that describes the model required for `linear: true`, if the parameters do not fit */
export function linearParameters(session: TrainSession, { parameters }: SessionState) {
  const trained = session.parameters.filter(({ trainable }) => trainable).map(({ name }) => parameters.get(name)!);
  const kernel = trained.find(({ shape }) => isShape(shape, [inputs, outputs]) || isShape(shape, [outputs, inputs]));
  const bias = trained.find((value) => value !== kernel && sizeOf(value.shape) === outputs);
  if (trained.length !== 2 || kernel === undefined || bias === undefined) {
    throw new Error(
      `With linear: true, the model must be one dense layer from 4 inputs to 2 outputs with a bias and no activation: ` +
        `trainable are [${inputs}, ${outputs}] or [${outputs}, ${inputs}], and [${outputs}]. This model trains ` +
        `${trained.map(describeTensor).join(', ') || 'nothing'}.`,
    );
  }
  return { weights: rowMajor(kernel), bias: Float64Array.from(numbersOf(bias)) };
}

function rowMajor(kernel: TensorData): Float64Array {
  const values = Float64Array.from(numbersOf(kernel));
  if (kernel.shape[0] === inputs) return values;
  return values.map((_, at) => values[(at % outputs) * inputs + Math.floor(at / outputs)]!);
}

function isShape(shape: readonly number[], expected: readonly number[]): boolean {
  return shape.length === expected.length && shape.every((size, at) => size === expected[at]);
}
