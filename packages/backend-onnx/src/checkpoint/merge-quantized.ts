import { ForgeError } from '@forge-ml/core/plugin';
import { isOnnxError, type QuantizedTensors, restoredWeight } from '@forge-ml/onnx';
import { type AnyTensor, constant, isUnpacked, parameter, type Value } from '@forge-ml/onnx/graph';
import { holderOf, type QuantizedHolder } from './quantized-holder.js';
import type { Rounding } from './rounding.js';

/** Weights that are quantized again after a change; one that several nodes read is changed once. */
export class QuantizedMerges {
  readonly #done = new Map<Value, readonly (Value | null)[]>();
  readonly #rounding: Rounding | undefined;
  /** Outputs of whole numbers, by what they stand for. */
  readonly #whole = new Map<Value, Value>();

  /** @param rounding measures what is lost. Default: nothing is measured */
  constructor(rounding?: Rounding) {
    this.#rounding = rounding;
  }

  /**
   * The output of a linear node, with a changed weight if that is quantized.
   * @param change changes the numbers of the weight in place
   * @throws ForgeError ABILITY_MISSING for a quantized weight that cannot be quantized again
   */
  merged(output: Value, change: (values: Float64Array) => void): Value {
    const holder = holderOf(output);
    if (holder === undefined) return output;
    const made = this.#done.get(holder.codes) ?? this.#requantized(holder, change);
    this.#done.set(holder.codes, made);
    const { value, whole } = holder.with(made);
    if (whole !== undefined) this.#whole.set(value, whole);
    return value;
  }

  /** The whole numbers that a merged output stands for; undefined for other values. */
  wholeOf(value: Value): Value | undefined {
    return this.#whole.get(value);
  }

  #requantized(holder: QuantizedHolder, change: (values: Float64Array) => void): readonly (Value | null)[] {
    try {
      const weight = restoredWeight(holder.stored(holder.tensors));
      const before = this.#rounding && weight.values.slice();
      change(weight.values);
      const { codes, scales, zeros }: QuantizedTensors = weight.requantized(weight.values);
      const made = [codes, scales, zeros].map((data, at) => {
        const value = holder.tensors[at];
        return data === undefined || !value ? null : like(value, data);
      });
      if (before) {
        const stored = restoredWeight(holder.stored(made));
        this.#rounding?.add(before, weight.values, stored.values);
      }
      return made;
    } catch (error) {
      if (!isOnnxError(error)) throw error;
      throw new ForgeError('ABILITY_MISSING', `An adapter cannot be merged: ${error.message}`, {
        about: error.about,
        hint: 'Export the model with its adapters: --no-merge.',
        cause: error,
      });
    }
  }
}

/** With the name and the shape of what it takes the place of. */
function like(before: Value, data: AnyTensor): Value {
  const shaped = { ...data, shape: before.shape as readonly number[] };
  if (before.kind !== 'parameter' || !isUnpacked(shaped)) return constant(shaped);
  return parameter(before.name, shaped, { trainable: before.trainable });
}
