import { ForgeError } from '@forge-ml/core/plugin';
import { hasQuantizedWeight, isOnnxError, type QuantizedTensors, restoredWeight } from '@forge-ml/onnx';
import {
  type AnyTensor,
  constant,
  isUnpacked,
  makeNode,
  type Node,
  type NodeValue,
  parameter,
  rebuildValues,
  type Value,
} from '@forge-ml/onnx/graph';
import { weightUseOf } from '../finetune/lora/weight-use.js';
import type { Rounding } from './rounding.js';

/** Weights that are quantized again after a change; one that several nodes read is changed once. */
export class QuantizedMerges {
  readonly #done = new Map<Value, readonly Value[]>();
  readonly #rounding: Rounding | undefined;

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
    if (output.kind !== 'node') return output;
    const { node } = output;
    const holder = holderOf(node);
    if (holder === undefined) return output;
    const first = holder.op === 'MatMulNBits' ? 1 : 0;
    const codes = holder.inputs[first]!;
    const made = this.#done.get(codes) ?? this.#requantized(holder, first, change);
    this.#done.set(codes, made);
    const changed = withTensors(holder, first, made);
    if (holder === node) return changed;
    return rebuildValues([output], new Map([[holder.outputs[0]! as Value, changed]]))[0]!;
  }

  #requantized(holder: Node, first: number, change: (values: Float64Array) => void): readonly Value[] {
    try {
      const weight = restoredWeight(holder);
      const before = this.#rounding && weight.values.slice();
      change(weight.values);
      const { codes, scales, zeros }: QuantizedTensors = weight.requantized(weight.values);
      const made = [codes, scales, zeros].flatMap((data, at) => {
        return data === undefined ? [] : [like(holder.inputs[first + at]!, data)];
      });
      if (before) {
        const stored = restoredWeight(withTensors(holder, first, made).node);
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

/** The output of the node with other codes, scales and zero points, from the first of its inputs that is one. */
function withTensors(holder: Node, first: number, made: readonly Value[]): NodeValue {
  const inputs = holder.inputs.map((value, at) => (value && made[at - first]) ?? value);
  const { op, domain, attributes, origin, module } = holder;
  return makeNode({ op, domain, attributes, origin, module, inputs, outputs: 1 })[0]!;
}

/** The node that has the quantized weight of a linear node: itself, or a DequantizeLinear before it. */
function holderOf(node: Node): Node | undefined {
  if (node.op === 'MatMulNBits') return node;
  let value: Value | null | undefined = weightUseOf(node)?.operand;
  while (value?.kind === 'node') {
    if (value.node.op === 'DequantizeLinear') return hasQuantizedWeight(value.node) ? value.node : undefined;
    value = value.node.inputs[0];
  }
  return undefined;
}

function like(before: Value, data: AnyTensor): Value {
  if (before.kind !== 'parameter' || !isUnpacked(data)) return constant(data);
  return parameter(before.name, data, { trainable: before.trainable });
}
