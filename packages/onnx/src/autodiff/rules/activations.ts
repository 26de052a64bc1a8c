import type { Value } from '../../graph/ir/graph.js';
import { floatAttribute, intAttribute, textAttribute } from '../../graph/ir/read-attributes.js';
import { hardSigmoid, sigmoid, tanh } from '../../ops/activations.js';
import { abs, add, cast, div, erf, exp, mul, sub } from '../../ops/elementwise.js';
import { and, greater, less, where } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { type GradientRule, type GradientRules, inputOf, unary } from '../adjoints/rule.js';
import { scalarLike } from '../adjoints/shapes.js';

/** 1 where y > 0, else 0. In float32 one operator is faster than a comparison and a cast: clip(1e38·y, 0, 1). */
function positive(y: Value): Value {
  return y.dtype === 'float32' ? hardSigmoid(y, { alpha: 1e38, beta: 0 }) : cast(greater(y, 0), y.dtype);
}

const prelu: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [x, slope] = [inputOf(node, 0), inputOf(node, 1)];
  const isNegative = less(x, 0);
  return [
    where(isNegative, mul(gradient, slope), gradient),
    where(isNegative, mul(gradient, x), scalarLike(0, gradient)),
  ];
};

/** y = x·(0 at most -3, 1 at least 3, x/6 + 1/2 between). */
function hardSwishSlope(x: Value): Value {
  const between = cast(and(greater(x, -3), less(x, 3)), x.dtype);
  const beyond = cast(greater(x, 3), x.dtype);
  return add(mul(between, add(mul(x, 1 / 3), 0.5)), beyond);
}

/**
 * y = x·Φ(x): the slope is Φ(x) + x·φ(x) (Hendrycks and Gimpel, 2016). With a = x/√2 it is ½ + ½erf(a) + a·exp(-a²)/√π:
 * each operator reads and writes the whole tensor, so that constant factors are in the exponent.
 */
function geluSlope(x: Value): Value {
  const a = mul(x, Math.SQRT1_2);
  return add(halved(erf(a)), mul(a, exp(sub(-Math.log(Math.PI) / 2, mul(a, a)))));
}

/** ½ + ½x for x from -1 to 1; in float32 by one operator. */
function halved(x: Value): Value {
  return x.dtype === 'float32' ? hardSigmoid(x, { alpha: 0.5, beta: 0.5 }) : mul(add(x, 1), 0.5);
}

/** y = ½x(1 + tanh u), u = √(2/π)(x + 0.044715x³). */
function tanhGeluSlope(x: Value): Value {
  const square = mul(x, x);
  const scale = Math.sqrt(2 / Math.PI);
  const u = mul(x, add(mul(square, 0.044715 * scale), scale));
  const t = tanh(u);
  const uSlope = add(mul(square, 3 * 0.044715 * scale), scale);
  return mul(add(add(t, 1), mul(mul(x, uSlope), sub(1, mul(t, t)))), 0.5);
}

/** y = x·tanh(softplus(x)), with tanh(softplus(x)) recomputed rather than divided out of y (Misra, 2019). */
function mishSlope(x: Value): Value {
  const s = sigmoid(x);
  // tanh(log(1 + e^x)) = (1 - q) / (1 + q) with q = (1 + e^x)^-2 = (1 - s)².
  const rest = sub(1, s);
  const q = mul(rest, rest);
  const t = div(sub(1, q), add(q, 1));
  return add(t, mul(mul(x, s), sub(1, mul(t, t))));
}

export const activationRules: GradientRules = {
  Relu: unary((gradient, _x, y) => mul(gradient, positive(y))),
  LeakyRelu: unary((gradient, x, _y, node) =>
    where(less(x, 0), mul(gradient, floatAttribute(node, 'alpha', 0.01)), gradient),
  ),
  ThresholdedRelu: unary((gradient, x, _y, node) => where(greater(x, floatAttribute(node, 'alpha', 1)), gradient, 0)),
  PRelu: prelu,
  Elu: unary((gradient, x, y, node) =>
    where(greater(x, 0), gradient, mul(gradient, add(y, floatAttribute(node, 'alpha', 1)))),
  ),
  Celu: unary((gradient, x, y, node) =>
    where(greater(x, 0), gradient, mul(gradient, add(mul(y, 1 / floatAttribute(node, 'alpha', 1)), 1))),
  ),
  Selu: unary((gradient, x, y, node) => {
    const gamma = floatAttribute(node, 'gamma', 1.0507009873554805);
    const alpha = floatAttribute(node, 'alpha', 1.6732632423543772);
    return mul(gradient, where(greater(x, 0), scalarLike(gamma, x), add(y, gamma * alpha)));
  }),
  Sigmoid: unary((gradient, _x, y) => mul(gradient, mul(y, sub(1, y)))),
  HardSigmoid: unary((gradient, _x, y, node) => {
    const inside = cast(and(greater(y, 0), less(y, 1)), y.dtype);
    return mul(gradient, mul(inside, floatAttribute(node, 'alpha', 0.2)));
  }),
  HardSwish: unary((gradient, x) => mul(gradient, hardSwishSlope(x))),
  Swish: unary((gradient, x, _y, node) => {
    const alpha = floatAttribute(node, 'alpha', 1);
    const s = sigmoid(mul(x, alpha));
    return mul(gradient, mul(s, add(mul(mul(x, alpha), sub(1, s)), 1)));
  }),
  Shrink: unary((gradient, x, _y, node) => where(greater(abs(x), floatAttribute(node, 'lambd', 0.5)), gradient, 0)),
  Mish: unary((gradient, x) => mul(gradient, mishSlope(x))),
  Tanh: unary((gradient, _x, y) => mul(gradient, sub(1, mul(y, y)))),
  Softplus: unary((gradient, x) => mul(gradient, sigmoid(x))),
  Softsign: unary((gradient, x) => {
    const size = add(abs(x), 1);
    return div(gradient, mul(size, size));
  }),
  Gelu: unary((gradient, x, _y, node) =>
    mul(gradient, textAttribute(node, 'approximate', 'none') === 'tanh' ? tanhGeluSlope(x) : geluSlope(x)),
  ),
  Softmax: unary((gradient, _x, y, node) => {
    const weighted = mul(gradient, y);
    const total = reduceSum(weighted, [intAttribute(node, 'axis', -1)], { keepdims: true });
    return sub(weighted, mul(y, total));
  }),
  LogSoftmax: unary((gradient, _x, y, node) => {
    const total = reduceSum(gradient, [intAttribute(node, 'axis', -1)], { keepdims: true });
    return sub(gradient, mul(exp(y), total));
  }),
};
