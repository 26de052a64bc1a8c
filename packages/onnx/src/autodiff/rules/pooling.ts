import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute, intsAttribute, textAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange, isStatic } from '../../graph/ir/shapes.js';
import type { Shape } from '../../graph/ir/types.js';
import { constant } from '../../graph/ir/values.js';
import { makeNode } from '../../graph/make-node.js';
import { abs, cast, div, mul, pow, sign } from '../../ops/elementwise.js';
import { conv } from '../../ops/linear.js';
import { equal, where } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { reshape, scatterElements } from '../../ops/shape.js';
import { tensorOf } from '../../tensor/numbers.js';
import { convInputGradient } from '../adjoints/conv-input.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { type GradientRule, type GradientRules, inputOf, unary } from '../adjoints/rule.js';
import { countAlong, expandLike, reshapeLike, scalarLike, withSpatialOf, zerosLike } from '../adjoints/shapes.js';
import { type Tiling, tilingOf } from '../adjoints/tiles.js';
import { unknownPadding, type Windows, windowsOf } from '../adjoints/windows.js';

/** Each element of a window is allocated: limits how much memory a model file can request. */
const largestKernel = 2 ** 20;

const averagePool: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const x = inputOf(node, 0);
  if (coversAll(node, intsAttribute(node, 'kernel_shape')!)) return [ofGlobalAverage(gradient, x)];
  const windows = poolingWindows(node);
  const tiling = intAttribute(node, 'ceil_mode', 0) === 0 ? tilingOf(windows, x.shape) : undefined;
  if (tiling) return [tiling.restore(tiling.repeat(mul(gradient, 1 / product(windows.kernel))))];
  return [spread(overCounts(gradient, node, windows), node, windows)];
};

/** @throws OnnxError MODEL_INVALID for windows that are too large. */
function poolingWindows(node: Node): Windows {
  const windows = windowsOf(node, inputOf(node, 0).shape, node.outputs[0]!.shape, intsAttribute(node, 'kernel_shape')!);
  if (product(windows.kernel) <= largestKernel) return windows;
  const sizes = windows.kernel.join(' × ');
  throw notDifferentiable(
    node,
    `a window of ${sizes} elements is too large`,
    `Use Global${node.op} for a whole image.`,
  );
}

/** The adjoint of summing each window. */
function spread(gradient: Value, node: Node, windows: Windows): Value {
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  // Channels are independent: the gradient of a one-channel convolution with a kernel of ones.
  const image = withSpatialOf(x, x, [-1, 1]);
  const weights = constant(tensorOf(ones(windows), x.dtype, [1, 1, ...windows.kernel]));
  const shared = withSpatialOf(y, gradient, [-1, 1]);
  return reshapeLike(convInputGradient({ gradient: shared, weights, windows, group: 1, x: image }), x);
}

/**
 * Whether one window, beyond the end where ceil_mode allows it, covers all of the image: some models write a global
 * average so, with a window of any size.
 */
function coversAll(node: Node, kernel: readonly number[]): boolean {
  const sizes = inputOf(node, 0).shape.slice(2);
  const places = node.outputs[0]!.shape.slice(2);
  const isPlain = [
    ...(intsAttribute(node, 'pads') ?? []),
    ...(intsAttribute(node, 'dilations') ?? []).map((d) => d - 1),
  ];
  if (textAttribute(node, 'auto_pad', 'NOTSET') !== 'NOTSET' || isPlain.some((size) => size !== 0)) return false;
  return kernel.every((size, axis) => places[axis] === 1 && Number(sizes[axis]) <= size);
}

function ofGlobalAverage(gradient: Value, x: Value): Value {
  const count = countAlong(x, indexRange(2, x.shape.length));
  return expandLike(typeof count === 'number' ? mul(gradient, 1 / count) : div(gradient, count), x);
}

/** The gradient divided by how many elements each window had. */
function overCounts(gradient: Value, node: Node, windows: Windows): Value {
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  const { kernel, begins, ends } = windows;
  const withPadding = intAttribute(node, 'count_include_pad', 0) !== 0;
  const ceil = intAttribute(node, 'ceil_mode', 0) !== 0;
  const sameCount = withPadding || [...begins, ...ends].every((size) => size === 0);
  if (sameCount && !ceil) return mul(gradient, 1 / product(kernel));
  const sizes: Shape = x.shape.slice(2);
  const places: Shape = y.shape.slice(2);
  if (isStatic(sizes) && isStatic(places) && product(places) <= largestKernel) {
    const shares = sizes.map((size, at) =>
      countsAlong(windows, at, size, places[at]!, withPadding).map((count) => 1 / count),
    );
    return mul(gradient, constant(tensorOf(outer(shares), x.dtype, [1, 1, ...places])));
  }
  if (ceil) throw unknownPadding(node, sizes.find((size) => typeof size === 'string') ?? '?');
  const { strides, dilations } = windows;
  const filled = expandLike(scalarLike(1, x), withSpatialOf(x, x, [-1, 1]));
  const weights = constant(tensorOf(ones(windows), x.dtype, [1, 1, ...kernel]));
  const counts = conv(filled, weights, undefined, { strides, dilations, pads: [...begins, ...ends] });
  return div(gradient, reshapeLike(counts, y));
}

/** Along one dimension, how many elements (of the padding too, or not) each window has. */
function countsAlong(windows: Windows, at: number, size: number, places: number, withPadding: boolean): number[] {
  const [first, last] = withPadding ? [-windows.begins[at]!, size + windows.ends[at]!] : [0, size];
  return indexRange(0, places).map((place) => {
    const start = place * windows.strides[at]! - windows.begins[at]!;
    const met = indexRange(0, windows.kernel[at]!).map((offset) => start + offset * windows.dilations[at]!);
    return met.filter((index) => index >= first && index < last).length;
  });
}

function outer(factors: readonly (readonly number[])[]): number[] {
  return factors.reduce<number[]>((products, row) => products.flatMap((left) => row.map((right) => left * right)), [1]);
}

function ones({ kernel }: Windows): number[] {
  return new Array<number>(product(kernel)).fill(1);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}

const maxPool: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  const windows = windowsOf(node, x.shape, y.shape, intsAttribute(node, 'kernel_shape')!);
  const floors = intAttribute(node, 'ceil_mode', 0) === 0;
  const tiling = floors ? tilingOf(windows, x.shape) : undefined;
  return [tiling ? withinTiles(tiling, x, y, gradient) : byIndices(node, gradient)];
};

/** For windows that do not overlap: elements tied for the maximum share the gradient equally. */
function withinTiles(tiling: Tiling, x: Value, y: Value, gradient: Value): Value {
  const chosen = cast(equal(tiling.cut(x), tiling.repeat(y)), x.dtype);
  return tiling.restore(mul(chosen, tiling.repeat(div(gradient, tiling.sum(chosen)))));
}

/** The gradient goes to the element that each window chose, the first of equal ones. */
function byIndices(node: Node, gradient: Value): Value {
  const x = inputOf(node, 0);
  const known = intAttribute(node, 'storage_order', 0) === 0 ? node.outputs[1] : undefined;
  const at = reshape(known ?? indicesOf(node), [-1]);
  const flat = reshape(zerosLike(x), [-1]);
  return reshapeLike(scatterElements(flat, at, reshape(gradient, [-1]), { reduction: 'add' }), x);
}

/** Repeats the node with an output of row-major indices, where it has none. */
function indicesOf(node: Node): Value {
  const { storage_order: _, ...attributes } = node.attributes;
  return makeNode({ op: 'MaxPool', inputs: node.inputs, attributes, outputs: 2 })[1]!;
}

/** y = (Σ|x|^p)^(1/p): dy/dx = sign(x)·(|x|/y)^(p-1), which is 0 where all of a window is 0. */
const lpPool: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  return [mul(lpNumerator(node), spread(overNorm(gradient, node), node, poolingWindows(node)))];
};

/** gradient / y^(p-1). */
function overNorm(gradient: Value, node: Node): Value {
  const [y, p] = [node.outputs[0]!, intAttribute(node, 'p', 2)];
  if (p === 1) return gradient;
  const norm = where(equal(y, 0), scalarLike(1, y), y);
  return div(gradient, p === 2 ? norm : pow(norm, p - 1));
}

/** sign(x)·|x|^(p-1). */
function lpNumerator(node: Node): Value {
  const [x, p] = [inputOf(node, 0), intAttribute(node, 'p', 2)];
  if (p === 2) return x;
  return p === 1 ? sign(x) : mul(sign(x), pow(abs(x), p - 1));
}

export const poolingRules: GradientRules = {
  AveragePool: averagePool,
  MaxPool: maxPool,
  LpPool: lpPool,
  GlobalLpPool: (node, [gradient]) => [gradient ? mul(lpNumerator(node), overNorm(gradient, node)) : null],
  GlobalAveragePool: unary((gradient, x) => ofGlobalAverage(gradient, x)),
  GlobalMaxPool: unary((gradient, x, y) => {
    const chosen = cast(equal(x, y), x.dtype);
    return mul(chosen, div(gradient, reduceSum(chosen, indexRange(2, x.shape.length))));
  }),
};
