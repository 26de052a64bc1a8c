import { matrixOfMatMulNBits } from '../../decompose/quantized-matrix.js';
import { quantizedProduct } from '../../decompose/quantized-product.js';
import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange } from '../../graph/ir/shapes.js';
import { indices } from '../../graph/ir/values.js';
import { call, makeNode } from '../../graph/make-node.js';
import { add, cast, div, mul, sub } from '../../ops/elementwise.js';
import { and, greaterOrEqual, lessOrEqual, where } from '../../ops/logic.js';
import { constantOfShape, unsqueeze } from '../../ops/shape.js';
import type { DType } from '../../tensor/tensor.js';
import { computedAfter } from '../adjoints/compute-late.js';
import { type Gradient, type GradientRule, type GradientRules, inputOf, type RuleContext } from '../adjoints/rule.js';
import { scalarLike, sizesOf } from '../adjoints/shapes.js';
import { unpackedWeights } from '../adjoints/unpacked-weights.js';
import { convRules } from './conv.js';
import { matMulRules } from './matmul.js';

/**
 * Rounding has no useful gradient: it is treated as the identity, and as a constant where the number was clipped
 * (the straight-through estimator, Bengio et al. 2013; https://arxiv.org/abs/1308.3432). The gradient of a quantized
 * value is a floating-point tensor, as if the whole numbers were real ones. Scales and zero points are constants.
 */
const quantizeLinear: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  const slope = div(cast(gradient, x.dtype), cast(scaleOf(node, y), x.dtype));
  const [lowest, highest] = bounds[y.dtype as keyof typeof bounds];
  const half = mul(cast(scaleOf(node, y), x.dtype), 0.5);
  const isInside = and(
    greaterOrEqual(x, sub(cast(restored(node, y, lowest), x.dtype), half)),
    lessOrEqual(x, add(cast(restored(node, y, highest), x.dtype), half)),
  );
  return [where(isInside, slope, scalarLike(0, slope))];
};

const bounds = {
  int4: [-8, 7],
  uint4: [0, 15],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
} as const;

/** Also of a DequantizeLinear that another operator contains. */
export const dequantizeLinear: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  return [mul(gradient, cast(scaleOf(node, inputOf(node, 0)), gradient.dtype))];
};

/** The scale of a QuantizeLinear or DequantizeLinear, of a shape that broadcasts to that of `quantized`. */
function scaleOf(node: Node, quantized: Value): Value {
  const scale = inputOf(node, 1);
  if (scale.shape.every((dim) => dim === 1) && scale.shape.length < 2) return scale;
  const ones = filledLike(quantized, 1, 'int8');
  return makeNode({ ...likeNode(node), op: 'DequantizeLinear', inputs: [ones, scale] })[0]!;
}

/** What a quantized number stands for, for each element of `quantized` or one for all. */
function restored(node: Node, quantized: Value, number: number): Value {
  const scale = inputOf(node, 1);
  const isSingle = scale.shape.every((dim) => dim === 1) && scale.shape.length < 2;
  const filled = isSingle
    ? constantOfShape(indices(scale.shape as number[]), number, quantized.dtype)
    : filledLike(quantized, number, quantized.dtype);
  return makeNode({
    ...likeNode(node),
    op: 'DequantizeLinear',
    inputs: [filled, scale, node.inputs[2] ?? null],
  })[0]!;
}

function filledLike(x: Value, number: number, dtype: DType): Value {
  // ConstantOfShape makes no elements of 4 bits.
  if (dtype === 'int4' || dtype === 'uint4') return cast(constantOfShape(sizesOf(x), number, 'int8'), dtype);
  return constantOfShape(sizesOf(x), number, dtype);
}

function likeNode({ domain, attributes }: Node) {
  const { saturate: _, output_dtype: __, ...kept } = attributes;
  return { domain, attributes: kept, outputs: 1 };
}

/** The scale and the zero point depend on the extremes of x: no gradient goes that way. */
const dynamicQuantizeLinear: GradientRule = (node, [gradient]) => (gradient ? [div(gradient, node.outputs[1]!)] : []);

/** A product of whole numbers less their zero points, which a scale of another node makes real. */
const matMulInteger: GradientRule = (node, [gradient], context) => {
  if (!gradient) return [];
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const left = shifted(a, node.inputs[2], gradient.dtype, (zero) => (zero.shape.length === 1 ? [1] : []));
  const right = shifted(b, node.inputs[3], gradient.dtype, () => []);
  return ruleOf(matMulRules, call('MatMul', [left, right]).node, gradient, context);
};

const convInteger: GradientRule = (node, [gradient], context) => {
  if (!gradient) return [];
  const [x, weights] = [inputOf(node, 0), inputOf(node, 1)];
  const perFilter = (zero: Value) => (zero.shape.length === 1 ? indexRange(1, weights.shape.length) : []);
  const left = shifted(x, node.inputs[2], gradient.dtype, () => []);
  const right = shifted(weights, node.inputs[3], gradient.dtype, perFilter);
  const [y] = makeNode({ op: 'Conv', inputs: [left, right], attributes: node.attributes });
  return ruleOf(convRules, y!.node, gradient, context);
};

/** x · W + bias: x is rounded on the way, W has a scale and a zero point. */
const dynamicQuantizeMatMul: GradientRule = (node, [gradient], { wanted, pullback }) => {
  if (!gradient) return [];
  const [x, weights, scale, zero] = node.inputs as readonly Value[];
  const restored = mul(
    shifted(weights!, zero, gradient.dtype, () => []),
    cast(scale!, gradient.dtype),
  );
  const product = call('MatMul', [x!, restored]).node;
  const slopes = ruleOf(matMulRules, product, gradient, { wanted: [true, false], pullback });
  return withBias(slopes, 4, gradient, wanted);
};

/** The same of whole numbers: their scale is another input. */
const matMulIntegerToFloat: GradientRule = (node, [gradient], { wanted, pullback }) => {
  if (!gradient) return [];
  const [a, b, scaleOfA, scaleOfB, zeroOfA, zeroOfB] = node.inputs as readonly Value[];
  const [left, right] = [
    shifted(a!, zeroOfA, gradient.dtype, () => []),
    shifted(b!, zeroOfB, gradient.dtype, () => []),
  ];
  const product = call('MatMul', [left, mul(right, scaleOfB!)]).node;
  const slopes = ruleOf(matMulRules, product, mul(gradient, scaleOfA!), { wanted: [true, false], pullback });
  return withBias(slopes, 6, gradient, wanted);
};

function withBias(slopes: readonly Gradient[], at: number, gradient: Value, wanted: readonly boolean[]): Gradient[] {
  const made: Gradient[] = [slopes[0] ?? null];
  if (wanted[at]) made[at] = gradient;
  return made;
}

/** Whole numbers less their zero point, as floats. `axes`: those to add to the zero point so that it broadcasts. */
function shifted(x: Value, zero: Value | null | undefined, dtype: DType, axes: (zero: Value) => readonly number[]) {
  const real = cast(x, dtype);
  if (!zero) return real;
  const added = axes(zero);
  const aligned = cast(zero, dtype);
  return sub(real, added.length === 0 ? aligned : unsqueeze(aligned, added));
}

function ruleOf(rules: GradientRules, node: Node, gradient: Value, context: RuleContext): readonly Gradient[] {
  return rules[node.op]!(node, [gradient], context);
}

/** y = a · Wᵀ + bias: W is constant, and quantized. */
const matMulNBits: GradientRule = (node, [gradient], { wanted }) => {
  if (!gradient) return [];
  const at = node.inputs.length > 5 ? 5 : -1;
  const slopes: Gradient[] = [gradientOfX(node, gradient)];
  if (at > 0 && wanted[at]) slopes[at] = gradient;
  return slopes;
};

function gradientOfX(node: Node, gradient: Value): Value {
  const matrix = matrixOfMatMulNBits(node);
  if (matrix === undefined || gradient.dtype !== 'float32' || gradient.shape.length < 2) {
    return call('MatMul', [gradient, unpackedWeights(node, gradient)]);
  }
  const late = { ...matrix, scales: computedAfter(gradient, matrix.scales) };
  return quantizedProduct(gradient, late, 'rows', intAttribute(node, 'K', 0));
}

export const quantizedRules: GradientRules = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  MatMulInteger: matMulInteger,
  ConvInteger: convInteger,
};

export const microsoftQuantizedRules: GradientRules = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  MatMulNBits: matMulNBits,
  DynamicQuantizeMatMul: dynamicQuantizeMatMul,
  MatMulIntegerToFloat: matMulIntegerToFloat,
};
