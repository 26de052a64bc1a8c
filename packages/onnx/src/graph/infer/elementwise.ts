import { dtypeOfCode } from '../../proto/data-types.js';
import type { DType } from '../../tensor/tensor.js';
import type { InferenceRule } from './draft.js';
import { floats, integers, numbers, signedNumbers, unsigned } from './dtypes.js';

/** One input, its type kept. */
function unary(dtypes: readonly DType[]): InferenceRule {
  return (node) => {
    const x = node.input(0);
    return [{ dtype: node.oneOf(x, dtypes), shape: x.shape }];
  };
}

/** Two inputs of one dtype, broadcast; `result` where the output's dtype is another. */
function binary(dtypes: readonly DType[], result?: DType): InferenceRule {
  return (node) => {
    const [a, b] = [node.input(0), node.input(1)];
    node.oneOf(a, dtypes);
    const dtype = node.sameDtype([a, b]);
    return [{ dtype: result ?? dtype, shape: node.broadcast(a, b) }];
  };
}

function variadic(dtypes: readonly DType[]): InferenceRule {
  return (node) => {
    const values = node.all();
    node.oneOf(values[0], dtypes);
    return [{ dtype: node.sameDtype(values), shape: node.broadcast(...values) }];
  };
}

/** Softmax and its like: one input and an axis. */
const alongAxis: InferenceRule = (node) => {
  const x = node.input(0);
  node.oneOf(x, floats);
  node.axis(node.int('axis', -1), x.shape.length);
  return [x];
};

const test: InferenceRule = (node) => {
  node.oneOf(node.input(0), floats);
  return [{ dtype: 'bool', shape: node.input(0).shape }];
};

function withRules(ops: readonly string[], rule: InferenceRule): Record<string, InferenceRule> {
  return Object.fromEntries(ops.map((op) => [op, rule]));
}

export const elementwiseRules: Record<string, InferenceRule> = {
  ...withRules(['Add', 'Sub', 'Mul', 'Div'], binary(numbers)),
  ...withRules(['Max', 'Min'], variadic(numbers)),
  ...withRules(['Sum', 'Mean'], variadic(floats)),
  ...withRules(['Abs', 'Sign', 'Erf'], unary(numbers)),
  Neg: unary(signedNumbers),
  Relu: unary(signedNumbers),
  ...withRules(['Sqrt', 'Reciprocal', 'Exp', 'Log', 'Floor', 'Ceil', 'Round'], unary(floats)),
  ...withRules(['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan'], unary(floats)),
  ...withRules(['Sinh', 'Cosh', 'Tanh', 'Asinh', 'Acosh', 'Atanh'], unary(floats)),
  ...withRules(['LeakyRelu', 'Elu', 'Selu', 'Celu', 'ThresholdedRelu', 'Sigmoid', 'HardSigmoid'], unary(floats)),
  ...withRules(['HardSwish', 'Softplus', 'Softsign', 'Gelu', 'Mish', 'Swish', 'Shrink'], unary(floats)),
  ...withRules(['Softmax', 'LogSoftmax', 'Hardmax'], alongAxis),
  ...withRules(['Equal'], binary([...numbers, 'bool'], 'bool')),
  ...withRules(['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'], binary(numbers, 'bool')),
  ...withRules(['And', 'Or', 'Xor'], binary(['bool'])),
  Not: unary(['bool']),
  ...withRules(['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'], binary(integers)),
  BitwiseNot: unary(integers),
  ...withRules(['IsNaN', 'IsInf'], test),

  Identity: unary([...numbers, 'bool']),

  /** The base's dtype is kept; the exponent may have another. */
  Pow(node) {
    const [base, exponent] = [node.input(0), node.input(1)];
    node.oneOf(base, [...floats, 'int32', 'int64'], 'its base');
    node.oneOf(exponent, numbers, 'its exponent');
    return [{ dtype: base.dtype, shape: node.broadcast(base, exponent) }];
  },

  Mod(node) {
    const [a, b] = [node.input(0), node.input(1)];
    node.oneOf(a, numbers);
    const dtype = node.sameDtype([a, b]);
    if (node.int('fmod', 0) !== 1 && !integers.includes(dtype)) node.fail('floating-point numbers need fmod = 1');
    return [{ dtype, shape: node.broadcast(a, b) }];
  },

  BitShift(node) {
    const [a, b] = [node.input(0), node.input(1)];
    node.oneOf(a, unsigned);
    if (!['LEFT', 'RIGHT'].includes(node.text('direction', ''))) node.fail('its direction must be LEFT or RIGHT');
    return [{ dtype: node.sameDtype([a, b]), shape: node.broadcast(a, b) }];
  },

  Clip(node) {
    const [x, low, high] = [node.input(0), node.optional(1), node.optional(2)];
    node.oneOf(x, numbers);
    node.single(low, 'its lower bound');
    node.single(high, 'its upper bound');
    return [{ dtype: node.sameDtype([x, low, high]), shape: x.shape }];
  },

  PRelu(node) {
    const [x, slope] = [node.input(0), node.input(1)];
    node.oneOf(x, signedNumbers.concat('uint32', 'uint64'));
    node.fitsInto(slope, x.shape, 'its slope');
    return [{ dtype: node.sameDtype([x, slope]), shape: x.shape }];
  },

  Where(node) {
    const [condition, a, b] = [node.input(0), node.input(1), node.input(2)];
    node.oneOf(condition, ['bool'], 'its condition');
    return [{ dtype: node.sameDtype([a, b]), shape: node.broadcast(condition, a, b) }];
  },

  Cast(node) {
    const dtype = dtypeOfCode(node.int('to', 0));
    return dtype === undefined
      ? node.fail('its attribute to is not a supported dtype')
      : [{ dtype, shape: node.input(0).shape }];
  },

  CastLike(node) {
    return [{ dtype: node.input(1).dtype, shape: node.input(0).shape }];
  },
};
