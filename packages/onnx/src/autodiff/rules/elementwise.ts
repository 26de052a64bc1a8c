import type { Value } from '../../graph/ir/graph.js';
import { propagatedNumbers } from '../../graph/propagate/known-values.js';
import {
  add,
  cast,
  cos,
  cosh,
  div,
  exp,
  log,
  mul,
  neg,
  pow,
  sign,
  sin,
  sinh,
  sqrt,
  sub,
} from '../../ops/elementwise.js';
import { equal, greater, less, where } from '../../ops/logic.js';
import { type GradientRule, type GradientRules, inputOf, unary } from '../adjoints/rule.js';
import { scalarLike } from '../adjoints/shapes.js';

/** `of(gradient, a, b, y)`: the gradients of both inputs, of the output's shape; the walk un-broadcasts them. */
function binary(of: (gradient: Value, a: Value, b: Value, y: Value) => readonly [Value, Value]): GradientRule {
  return (node, [gradient]) => (gradient ? of(gradient, inputOf(node, 0), inputOf(node, 1), node.outputs[0]!) : []);
}

/** Inputs tied for the extreme share the gradient equally. */
const extreme: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const y = node.outputs[0]!;
  const chosen = node.inputs.map((x) => cast(equal(x!, y), y.dtype));
  if (chosen.length === 1) return [gradient];
  const share = div(
    gradient,
    chosen.reduce((sum: Value, one) => add(sum, one)),
  );
  return chosen.map((one) => mul(share, one));
};

/** The gradient of x passes within the bounds, inclusive; that of elements beyond a bound goes to the bound. */
const clip: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [x, low, high] = [inputOf(node, 0), node.inputs[1], node.inputs[2]];
  const zero = scalarLike(0, gradient);
  return [
    where(equal(x, node.outputs[0]!), gradient, zero),
    low ? where(less(x, low), gradient, zero) : null,
    high ? where(greater(x, high), gradient, zero) : null,
  ];
};

const power: GradientRule = (node, [gradient], { wanted }) => {
  if (!gradient) return [];
  const [base, exponent, y] = [inputOf(node, 0), inputOf(node, 1), node.outputs[0]!];
  return [
    mul(gradient, powerSlope(base, exponent, y)),
    // 0^e does not change with e > 0, but log 0 is infinite.
    wanted[1] ? mul(gradient, mul(y, log(where(equal(base, 0), scalarLike(1, base), base)))) : null,
  ];
};

function powerSlope(base: Value, exponent: Value, y: Value): Value {
  const known = propagatedNumbers(exponent);
  const only = known?.length === 1 ? known[0] : undefined;
  if (only === 2) return mul(base, 2);
  if (only === 3) return mul(mul(base, base), 3);
  if (only === 0.5) return div(scalarLike(0.5, y), y);
  if (only !== undefined && only !== 0) return mul(pow(base, scalarLike(only - 1, base)), only);
  const real = cast(exponent, base.dtype);
  // x^0 is 1 for every x, so that its slope is 0, also at x = 0.
  const isZero = equal(real, 0);
  return mul(real, pow(base, where(isZero, scalarLike(0, base), sub(real, 1))));
}

export const elementwiseRules: GradientRules = {
  Add: binary((gradient) => [gradient, gradient]),
  Sub: binary((gradient) => [gradient, neg(gradient)]),
  Mul: binary((gradient, a, b) => [mul(gradient, b), mul(gradient, a)]),
  Div: binary((gradient, _a, b, y) => {
    const first = div(gradient, b);
    return [first, neg(mul(first, y))];
  }),
  // a mod b = a - b·q with q whole, so that q = (a - y) / b.
  Mod: binary((gradient, a, b, y) => [gradient, mul(gradient, div(sub(y, a), b))]),
  Pow: power,
  Min: extreme,
  Max: extreme,
  Sum: (node, [gradient]) => node.inputs.map(() => gradient ?? null),
  Mean: (node, [gradient]) => (gradient ? node.inputs.map(() => mul(gradient, 1 / node.inputs.length)) : []),
  Clip: clip,
  Where: (node, [gradient]) => {
    if (!gradient) return [];
    const zero = scalarLike(0, gradient);
    return [null, where(inputOf(node, 0), gradient, zero), where(inputOf(node, 0), zero, gradient)];
  },
  Neg: unary((gradient) => neg(gradient)),
  Sqrt: unary((gradient, _x, y) => div(mul(gradient, 0.5), y)),
  Reciprocal: unary((gradient, _x, y) => neg(mul(gradient, mul(y, y)))),
  Exp: unary((gradient, _x, y) => mul(gradient, y)),
  Log: unary((gradient, x) => div(gradient, x)),
  Abs: unary((gradient, x) => mul(gradient, sign(x))),
  Erf: unary((gradient, x) => mul(gradient, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))),
  Sin: unary((gradient, x) => mul(gradient, cos(x))),
  Tan: unary((gradient, _x, y) => mul(gradient, add(mul(y, y), 1))),
  Asin: unary((gradient, x) => div(gradient, sqrt(sub(1, mul(x, x))))),
  Acos: unary((gradient, x) => neg(div(gradient, sqrt(sub(1, mul(x, x)))))),
  Atan: unary((gradient, x) => div(gradient, add(mul(x, x), 1))),
  Sinh: unary((gradient, x) => mul(gradient, cosh(x))),
  Cosh: unary((gradient, x) => mul(gradient, sinh(x))),
  Asinh: unary((gradient, x) => div(gradient, sqrt(add(mul(x, x), 1)))),
  Acosh: unary((gradient, x) => div(gradient, sqrt(sub(mul(x, x), 1)))),
  Atanh: unary((gradient, x) => div(gradient, sub(1, mul(x, x)))),
  Cos: unary((gradient, x) => neg(mul(gradient, sin(x)))),
};
