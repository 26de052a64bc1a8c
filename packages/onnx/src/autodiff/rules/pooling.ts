import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute, intsAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange, isStatic } from '../../graph/ir/shapes.js';
import type { Shape } from '../../graph/ir/types.js';
import { constant } from '../../graph/ir/values.js';
import { makeNode } from '../../graph/make-node.js';
import { cast, div, mul } from '../../ops/elementwise.js';
import { conv } from '../../ops/linear.js';
import { equal } from '../../ops/logic.js';
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
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  const windows = windowsOf(node, x.shape, y.shape, intsAttribute(node, 'kernel_shape')!);
  if (product(windows.kernel) > largestKernel) {
    const sizes = windows.kernel.join(' × ');
    throw notDifferentiable(
      node,
      `a window of ${sizes} elements is too large`,
      'Use GlobalAveragePool for a whole image.',
    );
  }
  const tiling = intAttribute(node, 'ceil_mode', 0) === 0 ? tilingOf(windows, x.shape) : undefined;
  if (tiling) return [tiling.restore(tiling.repeat(mul(gradient, 1 / product(windows.kernel))))];
  // Channels are independent: the gradient of a one-channel convolution with a kernel of ones.
  const image = withSpatialOf(x, x, [-1, 1]);
  const weights = constant(tensorOf(ones(windows), x.dtype, [1, 1, ...windows.kernel]));
  const shared = withSpatialOf(y, overCounts(gradient, node, windows), [-1, 1]);
  return [reshapeLike(convInputGradient({ gradient: shared, weights, windows, group: 1, x: image }), x)];
};

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

export const poolingRules: GradientRules = {
  AveragePool: averagePool,
  MaxPool: maxPool,
  GlobalAveragePool: unary((gradient, x) => {
    const count = countAlong(x, indexRange(2, x.shape.length));
    return expandLike(typeof count === 'number' ? mul(gradient, 1 / count) : div(gradient, count), x);
  }),
  GlobalMaxPool: unary((gradient, x, y) => {
    const chosen = cast(equal(x, y), x.dtype);
    return mul(chosen, div(gradient, reduceSum(chosen, indexRange(2, x.shape.length))));
  }),
};
