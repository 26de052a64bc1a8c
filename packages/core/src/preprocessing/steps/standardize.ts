import type { NoOptions } from '../../errors/check-options.js';
import { isObject } from '../../json/is-object.js';
import { elements, isTensorData, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { isFiniteNumber, isListOf, stepOptions } from './check-step.js';
import { numberOf } from './number.js';
import { type Fitting, type Step, type Value, ValueProblem } from './step.js';

/** One number for a column of numbers; for arrays, one for each index of the last dimension (a channel). */
type State = { readonly mean: readonly number[]; readonly std: readonly number[] };

/**
 * Subtracts the mean of the training rows and divides by their standard deviation (of the population, as scikit-learn's
 * StandardScaler; 1 where it is 0). Arrays, such as images of shape [height, width, channels], by channel.
 */
export const standardize: Step<NoOptions, State> = {
  kind: 'standardize',
  version: 1,
  takes: ['number', 'array'],
  gives: 'same',
  options: (given) => stepOptions(given, {}, 'standardize()'),
  fit: () => new Moments(),
  isState(state) {
    if (!isObject(state) || !isListOf(state.mean, isFiniteNumber) || !isListOf(state.std, isFiniteNumber)) return false;
    return state.mean.length > 0 && state.mean.length === state.std.length && state.std.every((std) => std > 0);
  },
  convert(_, { mean, std }) {
    const [m, s] = [mean[0] ?? 0, std[0] ?? 1];
    return (value) => (isTensorData(value) ? standardizeArray(value, mean, std) : (numberOf(value) - m) / s);
  },
  invert: (_, { mean, std }) => {
    const [m, s] = [mean[0] ?? 0, std[0] ?? 1];
    return (value) => value * s + m;
  },
};

/** Mean and variance of each channel in one pass: B. P. Welford, Technometrics 4 (1962), 419-420. */
class Moments implements Fitting<State> {
  #counts = 0;
  #mean: number[] = [];
  #squares: number[] = [];

  add(value: Value): void {
    const array = isTensorData(value);
    const values = array ? elements(value) : [numberOf(value)];
    const channels = array ? (value.shape.at(-1) ?? 1) : 1;
    if (this.#mean.length === 0) {
      this.#mean = new Array(channels).fill(0);
      this.#squares = new Array(channels).fill(0);
    }
    if (channels !== this.#mean.length) throw channelProblem(channels, this.#mean.length);
    for (let at = 0; at < values.length; at += channels) {
      this.#counts++;
      for (let channel = 0; channel < channels; channel++) {
        const x = Number(values[at + channel]);
        const delta = x - this.#mean[channel]!;
        this.#mean[channel]! += delta / this.#counts;
        this.#squares[channel]! += delta * (x - this.#mean[channel]!);
      }
    }
  }

  end(): State {
    if (this.#counts === 0) return { mean: [0], std: [1] };
    return { mean: this.#mean, std: this.#squares.map((sum) => Math.sqrt(sum / this.#counts) || 1) };
  }
}

function standardizeArray(value: TensorData, mean: readonly number[], std: readonly number[]): TensorData {
  const channels = value.shape.at(-1) ?? 1;
  if (channels !== mean.length) throw channelProblem(channels, mean.length);
  const values = elements(value);
  const out = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const channel = at % channels;
    out[at] = (Number(values[at]) - mean[channel]!) / std[channel]!;
  }
  return tensor(out, value.shape);
}

function channelProblem(found: number, expected: number): ValueProblem {
  return new ValueProblem(`has ${found} channels, and the training rows have ${expected}`);
}
