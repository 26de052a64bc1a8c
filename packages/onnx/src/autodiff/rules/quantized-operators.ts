import { int } from '../../graph/ir/attributes.js';
import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute } from '../../graph/ir/read-attributes.js';
import { call, makeNode } from '../../graph/make-node.js';
import { add, cast, mul } from '../../ops/elementwise.js';
import { concat } from '../../ops/shape.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { type Gradient, type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { dequantizeLinear } from './quantized.js';

/** An operand: the place of the numbers, before their scale and zero point, and the axis of a scale for each index. */
interface Operand {
  readonly at: number;
  readonly axis?: number;
}

/**
 * Operators that restore their operands to floats, compute, and quantize again: the gradient is that of these three
 * steps.
 * @param output the place of the output's scale, before its zero point
 */
function restoring(
  operandsOf: (node: Node) => readonly Operand[],
  output: number,
  make: (node: Node, values: readonly Value[]) => Value,
): GradientRule {
  return (node, [gradient], { wanted, pullback }) => {
    if (!gradient) return [];
    const operands = operandsOf(node);
    const values = operands.map(({ at, axis = 1 }) =>
      call('DequantizeLinear', [inputOf(node, at), inputOf(node, at + 1), node.inputs[at + 2] ?? null], {
        axis: int(axis),
      }),
    );
    const real = make(node, values);
    const scale = node.inputs[output];
    // Without a scale, the result stays real.
    const y = scale ? call('QuantizeLinear', [real, scale, node.inputs[output + 1] ?? null]) : real;
    const slopes: Gradient[] = [];
    for (const [each, slope] of pullback(new Map([[y, gradient]]), values).entries()) {
      const { at } = operands[each]!;
      if (!slope || !wanted[at]) continue;
      slopes[at] = dequantizeLinear(values[each]!.node, [slope], { wanted: [true], pullback })[0] ?? null;
    }
    return slopes;
  };
}

const one: readonly Operand[] = [{ at: 0 }];
const two: readonly Operand[] = [{ at: 0 }, { at: 3 }];

/** The bias, in units of both scales, shifts what is rounded and clipped. */
function realBias(node: Node, at: number): Value | null {
  const bias = node.inputs[at];
  const scale = mul(inputOf(node, 1), inputOf(node, 4));
  return bias ? mul(cast(bias, scale.dtype), scale) : null;
}

function onnx(op: string, node: Node, inputs: readonly (Value | null)[]): Value {
  return makeNode({ op, inputs, attributes: node.attributes, outputs: 1 })[0]!;
}

export const quantizedOperatorRules: GradientRules = {
  QLinearMatMul: restoring(
    () => [
      { at: 0, axis: -2 },
      { at: 3, axis: -1 },
    ],
    6,
    (_node, [a, b]) => call('MatMul', [a!, b!]),
  ),
  QLinearConv: restoring(
    () => [{ at: 0 }, { at: 3, axis: 0 }],
    6,
    (node, [x, weights]) => onnx('Conv', node, [x!, weights!, realBias(node, 8)]),
  ),
};

/** Of com.microsoft, as quantize_static writes them in the format QOperator. */
export const microsoftQuantizedOperatorRules: GradientRules = {
  QLinearAdd: restoring(
    () => two,
    6,
    (_node, [a, b]) => add(a!, b!),
  ),
  QLinearMul: restoring(
    () => two,
    6,
    (_node, [a, b]) => mul(a!, b!),
  ),
  QLinearSigmoid: restoring(
    () => one,
    3,
    (_node, [x]) => call('Sigmoid', [x!]),
  ),
  QLinearLeakyRelu: restoring(
    () => one,
    3,
    (node, [x]) => onnx('LeakyRelu', node, [x!]),
  ),
  QLinearSoftmax: restoring(
    () => one,
    3,
    (node, [x]) => {
      const axis = intAttribute(node, 'axis', -1);
      const last = axis === -1 || axis === x!.shape.length - 1;
      // Before opset 13, Softmax was over all dimensions from the axis on.
      if (intAttribute(node, 'opset', 13) >= 13 || last) return call('Softmax', [x!], { axis: int(axis) });
      throw notDifferentiable(node, 'it is over several dimensions', 'Export the model with opset 13 or newer.');
    },
  ),
  QLinearGlobalAveragePool: restoring(
    () => one,
    3,
    (node, [x]) => {
      if (intAttribute(node, 'channels_last', 0) === 0) return call('GlobalAveragePool', [x!]);
      throw notDifferentiable(node, 'its channels are the last dimension', 'Use channels_last = 0.');
    },
  ),
  QLinearConcat: restoring(
    (node) => Array.from({ length: (node.inputs.length - 2) / 3 }, (_, each) => ({ at: 2 + 3 * each })),
    0,
    (node, values) => concat(values, intAttribute(node, 'axis', 0)),
  ),
  QGemm: restoring(
    (node) => [{ at: 0 }, { at: 3, axis: intAttribute(node, 'transB', 0) === 0 ? 1 : 0 }],
    7,
    (node, [a, b]) => onnx('Gemm', node, [a!, b!, realBias(node, 6)]),
  ),
};
