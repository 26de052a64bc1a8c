import { hasQuantizedWeight, invalidModel } from '@forge-ml/onnx';
import {
  type AnyTensor,
  call,
  constant,
  int,
  makeNode,
  type Node,
  type NodeValue,
  numbersOf,
  rebuildValues,
  sizeOf,
  tensorOf,
  type Value,
} from '@forge-ml/onnx/graph';
import { type IntegerProduct, integerProductOf } from '../finetune/lora/integer-product.js';
import { weightUseOf } from '../finetune/lora/weight-use.js';

/** Codes, scale and zero point; null for one that is not there. */
type Tensors = readonly (Value | null | undefined)[];

/** Where a linear operator has its quantized weight. */
export interface QuantizedHolder {
  readonly codes: Value;
  readonly tensors: Tensors;
  /** A node that `restoredWeight` reads, of these tensors. */
  stored(tensors: Tensors): Node;
  /** The output of the operator with other tensors; and the whole numbers that it stands for, where it rounds to some. */
  with(tensors: Tensors): { readonly value: Value; readonly whole?: Value };
}

/** Of the output of a linear operator: undefined where its weight is not quantized. */
export function holderOf(output: Value): QuantizedHolder | undefined {
  if (output.kind !== 'node') return undefined;
  const { node } = output;
  if (node.op === 'MatMulNBits') return inNode(output, node, 1);
  const rounded = roundedBefore(node);
  if (rounded !== undefined) {
    const holder = ofProduct(rounded.node, rounded);
    return (
      holder && {
        ...holder,
        with(tensors) {
          const whole = holder.with(tensors).value;
          return { value: withInputs(node, [whole, ...node.inputs.slice(1)]), whole };
        },
      }
    );
  }
  const product = integerProductOf(node);
  if (product !== undefined) return ofProduct(node, product);
  let value: Value | null | undefined = weightUseOf(node)?.operand;
  while (value?.kind === 'node') {
    if (value.node.op === 'DequantizeLinear') {
      return hasQuantizedWeight(value.node) ? inNode(output, value.node, 0) : undefined;
    }
    value = value.node.inputs[0];
  }
  return undefined;
}

/** The product that rounds its output, before the DequantizeLinear that makes it real. */
function roundedBefore({ op, inputs: [whole] }: Node): IntegerProduct | undefined {
  if (op !== 'DequantizeLinear' || whole?.kind !== 'node') return undefined;
  const product = integerProductOf(whole.node);
  return product?.rounding && product;
}

/** @param first which input of the node the codes are; the scale and the zero point follow */
function inNode(output: NodeValue, node: Node, first: number): QuantizedHolder {
  const tensors = node.inputs.slice(first, first + 3);
  const changed = (made: Tensors) =>
    withInputs(
      node,
      node.inputs.map((value, at) => made[at - first] ?? value),
    );
  return {
    codes: tensors[0]!,
    tensors,
    stored: (made) => changed(made).node,
    with(made) {
      if (node === output.node) return { value: changed(made) };
      return { value: rebuildValues([output], new Map([[node.outputs[0]! as Value, changed(made)]]))[0]! };
    },
  };
}

/** @param outer the node whose output is that of the product */
function ofProduct(outer: Node, product: IntegerProduct): QuantizedHolder | undefined {
  const use = weightUseOf(outer);
  if (use === undefined) return undefined;
  const { scale, zero, bias } = product;
  const axis = use.kind !== 'embedding' && use.inFirst ? 1 : 0;
  return {
    codes: use.weight,
    tensors: [use.weight, scale, zero],
    stored([codes, scale, zero]) {
      const steps = dataOf(scale!, outer);
      const count = sizeOf(steps.shape);
      const flat = (data: AnyTensor) => constant({ ...data, shape: count === 1 ? [] : [count] });
      const zeros = zero ? [flat(repeated(dataOf(zero, outer), count, outer))] : [];
      return call('DequantizeLinear', [codes!, flat(steps), ...zeros], { axis: int(axis) }).node;
    },
    with([codes, newScale, newZero]) {
      return {
        value: product.with({
          codes: rebuildValues([product.codes], new Map([[use.weight as Value, codes!]]))[0]!,
          scale: newScale!,
          zero: newZero ?? null,
          bias: bias && rescaled(bias, dataOf(scale, outer), dataOf(newScale!, outer), outer),
        }),
      };
    },
  };
}

/** One zero point for all is that of each scale. */
function repeated(zero: AnyTensor, count: number, node: Node): AnyTensor {
  const numbers = Array.from(numbersOf(zero), Number);
  if (numbers.length === count) return zero;
  // Other zero points than the middle of the range would differ after the change.
  const isFixed = numbers.length === 1 && numbers[0] === (zero.dtype === 'uint8' ? 128 : 0);
  if (!isFixed) throw refused(node, 'it has not as many zero points as scales');
  return tensorOf(new Array<number>(count).fill(numbers[0]!), zero.dtype, [count]);
}

const greatestBias = 2 ** 31 - 1;

/** A bias in units of the scale of the weight, in those of another. */
function rescaled(bias: Value, before: AnyTensor, after: AnyTensor, node: Node): Value {
  const data = dataOf(bias, node);
  const [from, to] = [before, after].map((scale) => Array.from(numbersOf(scale), Number)) as [number[], number[]];
  const at = (scales: readonly number[], index: number) => scales[scales.length === 1 ? 0 : index]!;
  const numbers = Array.from(numbersOf(data), (value, index) => {
    const exact = Math.round((Number(value) * at(from, index)) / at(to, index));
    return Math.min(greatestBias, Math.max(-greatestBias, exact));
  });
  return constant(tensorOf(numbers, data.dtype, data.shape));
}

function dataOf(value: Value, node: Node): AnyTensor {
  if (value.kind === 'constant') return value.data;
  if (value.kind === 'parameter') return value.initial;
  throw refused(node, 'a scale, a zero point or a bias of it is computed');
}

function refused({ op, origin = op }: Node, why: string) {
  return invalidModel(`The weight of ${origin} cannot be quantized again: ${why}.`, origin);
}

function withInputs({ op, domain, attributes, origin, module }: Node, inputs: Tensors): NodeValue {
  return makeNode({ op, domain, attributes, origin, module, inputs: [...inputs] as (Value | null)[], outputs: 1 })[0]!;
}
