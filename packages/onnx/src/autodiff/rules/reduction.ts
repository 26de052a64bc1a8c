import { int } from '../../graph/ir/attributes.js';
import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute, intsAttribute } from '../../graph/ir/read-attributes.js';
import { axisOf, indexRange } from '../../graph/ir/shapes.js';
import { indices } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { propagatedNumbers } from '../../graph/propagate/known-values.js';
import { cast, div, exp, mul, sign, sub } from '../../ops/elementwise.js';
import { equal, where } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { sizeOf, unsqueeze } from '../../ops/shape.js';
import { type GradientRules, inputOf, unary } from '../adjoints/rule.js';
import { countAlong, expandLike, scalarLike } from '../adjoints/shapes.js';

/** The axes a reduction is over, counted from the front; undefined where they are only known at run time. */
function reducedAxes(node: Node): readonly number[] | undefined {
  const rank = inputOf(node, 0).shape.length;
  const given = node.inputs[1];
  const axes = given ? propagatedNumbers(given) : (intsAttribute(node, 'axes') ?? []);
  if (axes?.length === 0) return intAttribute(node, 'noop_with_empty_axes', 0) !== 0 ? [] : indexRange(0, rank);
  return axes?.map((axis) => axisOf(axis, rank));
}

/** An output, or its gradient, with the reduced dimensions restored, of size 1. */
function withReducedAxes(value: Value, node: Node): Value {
  if (intAttribute(node, 'keepdims', 1) !== 0) return value;
  const axes = reducedAxes(node);
  if (axes?.length === 0) return value;
  return unsqueeze(value, axes ?? inputOf(node, 1));
}

function mean(gradient: Value, x: Value, node: Node): Value {
  const axes = reducedAxes(node);
  const count = axes ? countAlong(x, axes) : cast(div(sizeOf(x), sizeOf(node.outputs[0]!)), x.dtype);
  const shared = typeof count === 'number' ? mul(gradient, 1 / count) : div(gradient, count);
  return expandLike(withReducedAxes(shared, node), x);
}

/** Elements tied for the extreme share the gradient equally. */
const extreme = unary((gradient, x, y, node) => {
  const axes = reducedAxes(node);
  const chosen = cast(equal(x, withReducedAxes(y, node)), x.dtype);
  const share = div(withReducedAxes(gradient, node), reduceSum(chosen, axes));
  return mul(chosen, share);
});

/** The product of the other elements: exact where one or more elements are 0. */
const product = unary((gradient, x, _y, node) => {
  const axes = reducedAxes(node);
  const isZero = equal(x, 0);
  const factors = where(isZero, scalarLike(1, x), x);
  const zeros = cast(isZero, x.dtype);
  const given = node.inputs[1];
  const along = (reduce: 'ReduceSum' | 'ReduceProd', value: Value) =>
    axes?.length === 0 ? value : call(reduce, [value, axes ? indices(axes) : given!], { keepdims: int(1) });
  const hasNoOtherZero = equal(along('ReduceSum', zeros), zeros);
  const others = where(hasNoOtherZero, div(along('ReduceProd', factors), factors), scalarLike(0, x));
  return mul(withReducedAxes(gradient, node), others);
});

export const reductionRules: GradientRules = {
  ReduceSum: unary((gradient, x, _y, node) => expandLike(withReducedAxes(gradient, node), x)),
  ReduceMean: unary((gradient, x, _y, node) => mean(gradient, x, node)),
  ReduceMax: extreme,
  ReduceMin: extreme,
  ReduceProd: product,
  ReduceL1: unary((gradient, x, _y, node) => mul(withReducedAxes(gradient, node), sign(x))),
  ReduceL2: unary((gradient, x, y, node) => {
    const norm = withReducedAxes(y, node);
    // The norm is not differentiable at zero: the gradient is 0 there, not 0 / 0.
    const safe = where(equal(norm, 0), scalarLike(1, norm), norm);
    return mul(x, div(withReducedAxes(gradient, node), safe));
  }),
  ReduceSumSquare: unary((gradient, x, _y, node) => mul(x, mul(withReducedAxes(gradient, node), 2))),
  ReduceLogSum: unary((gradient, x, y, node) => expandLike(withReducedAxes(div(gradient, exp(y)), node), x)),
  ReduceLogSumExp: unary((gradient, x, y, node) =>
    mul(withReducedAxes(gradient, node), exp(sub(x, withReducedAxes(y, node)))),
  ),
};
