import type { Node, Value } from '../../graph/ir/graph.js';
import { notDifferentiable } from './no-gradient.js';

/** Operators that turn floating-point numbers into whole ones that stand for them; each in its first output. */
const quantizers: ReadonlySet<string> = new Set(['QuantizeLinear', 'DynamicQuantizeLinear']);

/** Operators whose gradient rule holds for quantized numbers too. */
const throughQuantized: ReadonlySet<string> = new Set([
  ...['QuantizeLinear', 'DequantizeLinear', 'MatMulInteger', 'ConvInteger', 'QLinearMatMul', 'QLinearConv'],
  ...['Cast', 'Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Expand', 'Concat'],
  ...['Slice', 'Gather', 'Pad', 'QLinearAdd', 'QLinearMul', 'QLinearSigmoid', 'QLinearLeakyRelu', 'QLinearSoftmax'],
  ...['QLinearGlobalAveragePool', 'QLinearConcat', 'QGemm', 'MatMulIntegerToFloat'],
]);

/**
 * The whole numbers in a graph that stand for floating-point ones, so that a gradient flows through them; as a
 * floating-point tensor.
 */
export class QuantizedValues {
  readonly #values = new Set<Value>();

  has(value: Value): boolean {
    return this.#values.has(value);
  }

  /** Adds what a node makes of numbers that a gradient is wanted of. */
  addOutputs(node: Node): void {
    if (quantizers.has(node.op)) this.#values.add(node.outputs[0]!);
    else if (this.#reads(node)) for (const output of node.outputs) if (isWhole(output)) this.#values.add(output);
  }

  /** @throws OnnxError MODEL_INVALID for a node that computes with quantized numbers and has no rule for them */
  check(node: Node): void {
    if (throughQuantized.has(node.op) || !this.#reads(node)) return;
    throw notDifferentiable(
      node,
      'it computes with quantized whole numbers',
      'Export the model with DequantizeLinear before each operator (QDQ), or freeze what comes before it.',
    );
  }

  #reads(node: Node): boolean {
    return node.inputs.some((value) => value !== null && this.has(value));
  }
}

function isWhole({ dtype }: Value): boolean {
  return /^u?int/.test(dtype);
}
