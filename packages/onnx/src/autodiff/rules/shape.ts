import { int, ints } from '../../graph/ir/attributes.js';
import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute, intsAttribute, textAttribute } from '../../graph/ir/read-attributes.js';
import { axisOf, indexRange, isStatic } from '../../graph/ir/shapes.js';
import { indices } from '../../graph/ir/values.js';
import { call, makeNode } from '../../graph/make-node.js';
import { propagatedNumbers } from '../../graph/propagate/known-values.js';
import { cast } from '../../ops/elementwise.js';
import { reduceSum } from '../../ops/reduction.js';
import { concat, reshape, transpose, unsqueeze } from '../../ops/shape.js';
import { type GradientRule, type GradientRules, inputOf, unary } from '../adjoints/rule.js';
import { reshapeLike, sizeAlong, sizesOf, withSpatialOf, zerosLike } from '../adjoints/shapes.js';

/** Reshaping keeps the order of elements. */
const reshaped = unary((gradient, x) => reshapeLike(gradient, x));

/** The gradient of whole numbers, quantized ones, is not a whole number itself. */
function castBack(gradient: Value, x: Value): Value {
  return x.dtype.includes('float') ? cast(gradient, x.dtype) : gradient;
}

const concatRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const axis = axisOf(intAttribute(node, 'axis', 0), gradient.shape.length);
  if (node.inputs.length === 1) return [gradient];
  const known = node.inputs.map((x) => x!.shape[axis]!);
  const sizes = isStatic(known)
    ? indices(known)
    : concat(
        node.inputs.map((x) => sizeAlong(x!, axis)),
        0,
      );
  const attributes = { axis: int(axis) };
  return makeNode({ op: 'Split', inputs: [gradient, sizes], attributes, outputs: node.inputs.length });
};

const split: GradientRule = (node, gradients) => {
  const pieces = node.outputs.map((y, at) => gradients[at] ?? zerosLike(y));
  return [concat(pieces, intAttribute(node, 'axis', 0))];
};

/** [d0, d1, …] repeated is [r0, d0, r1, d1, …] in another shape: summed over the r. */
const tile = unary((gradient, x, _y, node) => {
  const repeats = propagatedNumbers(inputOf(node, 1));
  const rank = x.shape.length;
  const pairs =
    repeats && isStatic(x.shape)
      ? indices(x.shape.flatMap((size, axis) => [repeats[axis]!, size]))
      : reshape(concat([unsqueeze(inputOf(node, 1), [1]), unsqueeze(sizesOf(x), [1])], 1), [-1]);
  const apart = reshape(gradient, pairs);
  return reshapeLike(
    reduceSum(
      apart,
      indexRange(0, rank).map((axis) => 2 * axis),
      { keepdims: false },
    ),
    x,
  );
});

function inverseOrder(node: Node): number[] {
  const rank = inputOf(node, 0).shape.length;
  const perm = intsAttribute(node, 'perm') ?? indexRange(0, rank).reverse();
  return indexRange(0, rank).map((axis) => perm.indexOf(axis));
}

const spaceToDepth: GradientRule = unary((gradient, _x, _y, node) =>
  call('DepthToSpace', [gradient], { blocksize: int(intAttribute(node, 'blocksize', 1)) }),
);

/** [batch, …blocks and channels, height, width]: the order of blocks and channels is the mode's. */
const depthToSpace: GradientRule = unary((gradient, x, _y, node) => {
  const block = intAttribute(node, 'blocksize', 1);
  const byBlock = call('SpaceToDepth', [gradient], { blocksize: int(block) });
  if (textAttribute(node, 'mode', 'DCR') === 'DCR') return byBlock;
  // SpaceToDepth counts [block·block, channels], the mode CRD [channels, block·block].
  const apart = withSpatialOf(x, byBlock, [0, block * block, -1]);
  return reshapeLike(call('Transpose', [apart], { perm: ints([0, 2, 1, 3, 4]) }), x);
});

export const shapeRules: GradientRules = {
  Identity: unary((gradient) => gradient),
  Cast: unary(castBack),
  CastLike: unary(castBack),
  Reshape: reshaped,
  Flatten: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Transpose: unary((gradient, _x, _y, node) => transpose(gradient, inverseOrder(node))),
  Expand: unary((gradient) => gradient),
  Concat: concatRule,
  Split: split,
  Tile: tile,
  Trilu: unary((gradient, _x, _y, node) => call('Trilu', [gradient, ...node.inputs.slice(1)], node.attributes)),
  CumSum: unary((gradient, _x, _y, node) => {
    const reverse = int(1 - intAttribute(node, 'reverse', 0));
    return call('CumSum', [gradient, inputOf(node, 1)], { ...node.attributes, reverse });
  }),
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};
