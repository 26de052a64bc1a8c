import { call, isTyped, makeNode, type Node, type NodeValue, type Value } from '@forge-ml/onnx/graph';
import { cast, mul } from '@forge-ml/onnx/ops';

/** A weight of whole numbers: w = scale · (codes − zero). */
export interface WholeWeight {
  readonly codes: Value;
  readonly scale: Value;
  readonly zero: Value | null;
  /** In units of both scales, of operators that add it before they round; null for others. */
  readonly bias: Value | null;
}

/** An operator that multiplies whole numbers, or looks them up, and the node whose output is what they stand for. */
export interface IntegerProduct extends WholeWeight {
  /** The node that reads the codes. */
  readonly node: Node;
  /** What it multiplies with the weight, or looks up in it, as real numbers. */
  readonly x: Value;
  /** The scale of x; undefined for rows that are looked up. */
  readonly scaleOfX: Value | undefined;
  /** How the output is rounded again; undefined where it is real. */
  readonly rounding: { readonly scale: Value; readonly zero: Value | null } | undefined;
  /** The same output of another weight. */
  with(weight: WholeWeight): Value;
}

/**
 * The product of whole numbers that a node ends, in the forms that ONNX Runtime's tools write: MatMulInteger or
 * ConvInteger, Cast, and Mul by both scales (quantize_dynamic); the same fused, DynamicQuantizeMatMul and
 * MatMulIntegerToFloat; QLinearMatMul, QLinearConv and QGemm (quantize_static, format QOperator); Gather of quantized
 * rows before DequantizeLinear. Undefined for other nodes.
 */
export function integerProductOf(node: Node): IntegerProduct | undefined {
  const name = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
  return Object.hasOwn(forms, name) ? forms[name]!(node) : undefined;
}

const forms: Readonly<Record<string, (node: Node) => IntegerProduct | undefined>> = {
  Mul: scaledProduct,
  DequantizeLinear: restoredRows,
  QLinearMatMul: (node) => roundedProduct(node, undefined),
  QLinearConv: (node) => roundedProduct(node, 8),
  'com.microsoft.QGemm': (node) => roundedProduct(node, 6),
  'com.microsoft.DynamicQuantizeMatMul': (node) => {
    return inOneNode(node, { codes: 1, scale: 2, zero: 3 }, { x: node.inputs[0]!, scaleOfX: undefined });
  },
  'com.microsoft.MatMulIntegerToFloat': (node) => {
    const [codes, , scaleOfX, , zeroOfX = null] = node.inputs as readonly Value[];
    const x = realOf(codes!, scaleOfX!, zeroOfX);
    return x && inOneNode(node, { codes: 1, scale: 3, zero: 5 }, { x, scaleOfX: scaleOfX! });
  },
};

/** The operators whose whole results a Cast and a Mul make real. */
const integers: ReadonlySet<string> = new Set(['MatMulInteger', 'ConvInteger']);

/** Cast(product) · (scale of x · scale of the weight), however the three are multiplied. */
function scaledProduct(outer: Node): IntegerProduct | undefined {
  const factors = factorsOf(outer);
  const place = factors.findIndex((value) => castProduct(value) !== undefined);
  const [first, second, ...others] = factors.filter((_, at) => at !== place);
  if (place < 0 || first === undefined || second === undefined || others.length > 0) return undefined;
  const made = factors[place] as NodeValue;
  const node = castProduct(made)!;
  const [codesOfX, codes, zeroOfX = null, zero = null] = node.inputs as readonly Value[];
  // Where both scales are constants, the tools write that of x first.
  const [scaleOfX, scale] = isDynamicScale(second) && !isDynamicScale(first) ? [second, first] : [first, second];
  const x = realOf(codesOfX!, scaleOfX, zeroOfX);
  if (x === undefined) return undefined;
  return {
    ...{ node, codes: codes!, scale, zero, bias: null, x, scaleOfX, rounding: undefined },
    with(weight) {
      const inputs = [codesOfX!, weight.codes, zeroOfX, weight.zero];
      const whole = like(node, inputs);
      const real = cast(whole, made.dtype);
      return like(outer, [real, mul(scaleOfX, weight.scale)]);
    },
  };
}

/** The operands of nested Muls, from left to right. */
function factorsOf({ inputs }: Node): readonly Value[] {
  return (inputs as readonly Value[]).flatMap((value) => {
    return value.kind === 'node' && value.node.op === 'Mul' && value.node.domain === ''
      ? factorsOf(value.node)
      : [value];
  });
}

function castProduct(value: Value): Node | undefined {
  if (value.kind !== 'node' || value.node.op !== 'Cast') return undefined;
  const [whole] = value.node.inputs;
  return whole?.kind === 'node' && whole.node.domain === '' && integers.has(whole.node.op) ? whole.node : undefined;
}

function isDynamicScale(value: Value): boolean {
  return value.kind === 'node' && value.node.op === 'DynamicQuantizeLinear' && value.output === 1;
}

/** DequantizeLinear(Gather(codes, rows)), with one scale for all rows. */
function restoredRows(outer: Node): IntegerProduct | undefined {
  const [found, scale, zero = null] = outer.inputs as readonly Value[];
  if (found?.kind !== 'node' || found.node.op !== 'Gather' || found.node.domain !== '') return undefined;
  const { node } = found;
  const [codes, x] = node.inputs as readonly [Value, Value];
  if (!isSingle(scale!)) return undefined;
  return {
    ...{ node, codes, scale: scale!, zero, bias: null, x, scaleOfX: undefined, rounding: undefined },
    with: (weight) => like(outer, [like(node, [weight.codes, x]), weight.scale, weight.zero]),
  };
}

/** Operators with x, its scale and zero point; those of the weight; and those of the output. */
function roundedProduct(node: Node, bias: number | undefined): IntegerProduct | undefined {
  const [codesOfX, scaleOfX, zeroOfX = null] = node.inputs as readonly Value[];
  const at = node.op === 'QGemm' ? 7 : 6;
  const scale = node.inputs[at];
  const x = realOf(codesOfX!, scaleOfX!, zeroOfX);
  if (x === undefined) return undefined;
  return inOneNode(
    node,
    { codes: 3, scale: 4, zero: 5, ...(bias === undefined ? {} : { bias }) },
    {
      ...{ x, scaleOfX: scaleOfX! },
      ...(scale ? { rounding: { scale, zero: node.inputs[at + 1] ?? null } } : {}),
    },
  );
}

function inOneNode(
  node: Node,
  places: { readonly codes: number; readonly scale: number; readonly zero: number; readonly bias?: number },
  { x, scaleOfX, rounding }: Pick<IntegerProduct, 'x' | 'scaleOfX'> & Partial<IntegerProduct>,
): IntegerProduct {
  const at = (place: number | undefined) => (place === undefined ? null : (node.inputs[place] ?? null));
  return {
    ...{ node, codes: at(places.codes)!, scale: at(places.scale)!, zero: at(places.zero), bias: at(places.bias) },
    ...{ x, scaleOfX, rounding },
    with(weight) {
      const inputs = [...node.inputs];
      for (const [name, place] of Object.entries(places)) {
        if (weight[name as keyof WholeWeight] !== null) inputs[place] = weight[name as keyof WholeWeight];
      }
      return like(node, inputs);
    },
  };
}

/**
 * What whole numbers with one scale stand for: the numbers that DynamicQuantizeLinear rounds, before it does. Undefined
 * where their types are not known, or there are several scales.
 */
function realOf(codes: Value, scale: Value, zero: Value | null): Value | undefined {
  if (![codes, scale, ...(zero ? [zero] : [])].every(isTyped) || !isSingle(scale)) return undefined;
  const isDynamic = codes.kind === 'node' && codes.node.op === 'DynamicQuantizeLinear';
  return isDynamic ? codes.node.inputs[0]! : call('DequantizeLinear', [codes, scale, zero]);
}

/** Whether it is one number, for all. */
export function isSingle({ shape }: Value): boolean {
  return shape.every((size) => size === 1);
}

/** The output of a node of the same kind. */
function like({ op, domain, attributes, origin, module }: Node, inputs: readonly (Value | null)[]): Value {
  return makeNode({ op, domain, attributes, origin, module, inputs, outputs: 1 })[0]!;
}
