import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute, intsAttribute } from '../../graph/ir/read-attributes.js';
import { makeNode } from '../../graph/make-node.js';
import { cast, div, mul } from '../../ops/elementwise.js';
import { equal } from '../../ops/logic.js';
import { reshape, scatterElements } from '../../ops/shape.js';
import { type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { reshapeLike, zerosLike } from '../adjoints/shapes.js';
import { type Tiling, tilingOf } from '../adjoints/tiles.js';
import { windowsOf } from '../adjoints/windows.js';

const maxPool: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  const windows = windowsOf(node, x.shape, y.shape, intsAttribute(node, 'kernel_shape')!);
  const floors = intAttribute(node, 'ceil_mode', 0) === 0;
  const tiling = floors ? tilingOf(windows, x.shape) : undefined;
  return [tiling ? withinTiles(tiling, x, y, gradient) : byIndices(node, gradient)];
};

/** Of windows that do not overlap, every element that is the greatest gets an equal share. */
function withinTiles(tiling: Tiling, x: Value, y: Value, gradient: Value): Value {
  const chosen = cast(equal(tiling.cut(x), tiling.repeat(y)), x.dtype);
  return tiling.restore(mul(chosen, tiling.repeat(div(gradient, tiling.sum(chosen)))));
}

/** To the element that each window chose, the first of equal ones. */
function byIndices(node: Node, gradient: Value): Value {
  const x = inputOf(node, 0);
  const known = intAttribute(node, 'storage_order', 0) === 0 ? node.outputs[1] : undefined;
  const at = reshape(known ?? indicesOf(node), [-1]);
  const flat = reshape(zerosLike(x), [-1]);
  return reshapeLike(scatterElements(flat, at, reshape(gradient, [-1]), { reduction: 'add' }), x);
}

/** Where the node does not say which element it chose, counted row by row, it is asked once more. */
function indicesOf(node: Node): Value {
  const { storage_order: _, ...attributes } = node.attributes;
  return makeNode({ op: 'MaxPool', inputs: node.inputs, attributes, outputs: 2 })[1]!;
}

export const maxPoolRules: GradientRules = { MaxPool: maxPool };
