import * as a from '../../../ops/activations.js';
import * as e from '../../../ops/elementwise.js';
import * as l from '../../../ops/logic.js';
import { int } from '../../ir/attributes.js';
import type { Value } from '../../ir/graph.js';
import { scalar } from '../../ir/values.js';
import { call } from '../../make-node.js';
import type { Case, Cases } from './case.test.support.js';

const unary =
  (op: (x: Value) => Value): Case =>
  ({ batch }, feeds) =>
    op(feeds.float(batch, 3));
const positive =
  (op: (x: Value) => Value): Case =>
  ({ batch }, feeds) =>
    op(feeds.positive(batch, 3));
const binary =
  (op: (x: Value, y: Value) => Value): Case =>
  ({ batch, length }, feeds) =>
    op(feeds.positive(batch, 1, 3), feeds.positive(length, 3));
const whole =
  (op: (x: Value, y: Value) => Value): Case =>
  ({ batch }, feeds) =>
    op(feeds.of('uint32', [batch, 3]), feeds.of('uint32', [1, 3]));
const flags =
  (op: (x: Value, y: Value) => Value): Case =>
  ({ batch }, feeds) =>
    op(feeds.flag(batch, 3), feeds.flag(3));
const named =
  (op: string): Case =>
  ({ batch }, feeds) =>
    call(op, [feeds.positive(batch, 3)]);

export const elementwiseCases: Cases = {
  add: binary(e.add),
  'add of a number': unary((x) => e.add(x, 2)),
  'add of int64': ({ batch }, feeds) => e.add(feeds.whole(batch, 3), feeds.whole()),
  'add of float64': ({ batch }, feeds) => e.add(feeds.of('float64', [batch]), 1),
  sub: binary(e.sub),
  mul: binary(e.mul),
  div: binary(e.div),
  pow: binary(e.pow),
  'pow with an int64 exponent': ({ batch }, feeds) => e.pow(feeds.float(batch), feeds.whole(1)),
  mod: ({ batch }, feeds) => e.mod(feeds.whole(batch), 3),
  'mod of floats': unary((x) => e.mod(x, 0.5, { fmod: true })),
  max: binary((x, y) => e.max([x, y, 1])),
  min: binary((x, y) => e.min([x, y])),
  Sum: ({ batch }, feeds) => call('Sum', [feeds.float(batch, 3), feeds.float(3)]),
  Mean: ({ batch }, feeds) => call('Mean', [feeds.float(batch, 3), feeds.float(3)]),
  clip: unary((x) => e.clip(x, -0.5, 0.5)),
  'clip open below': unary((x) => e.clip(x, undefined, 0.5)),
  cast: unary((x) => e.cast(x, 'int32')),
  'cast to half precision': unary((x) => e.cast(x, 'float16')),
  CastLike: ({ batch }, feeds) => call('CastLike', [feeds.float(batch), scalar(0, 'int64')]),
  ...Object.fromEntries(
    [e.neg, e.abs, e.sign, e.exp, e.erf, e.floor, e.ceil, e.round, e.sin, e.cos, e.tan, e.sinh, e.cosh, e.identity].map(
      (op, at) => [`unary ${at}`, unary(op)],
    ),
  ),
  ...Object.fromEntries(
    [e.sqrt, e.reciprocal, e.log, e.asin, e.acos, e.atan, e.asinh, e.acosh, e.atanh].map((op, at) => [
      `positive ${at}`,
      positive(op),
    ]),
  ),
  relu: unary(a.relu),
  sigmoid: unary(a.sigmoid),
  tanh: unary(a.tanh),
  softplus: unary(a.softplus),
  softsign: unary(a.softsign),
  hardSwish: unary(a.hardSwish),
  mish: unary(a.mish),
  leakyRelu: unary((x) => a.leakyRelu(x, 0.1)),
  prelu: ({ batch }, feeds) => a.prelu(feeds.float(batch, 3, 4), feeds.float(3, 1)),
  elu: unary((x) => a.elu(x)),
  selu: unary((x) => a.selu(x)),
  celu: unary((x) => a.celu(x, 2)),
  thresholdedRelu: unary((x) => a.thresholdedRelu(x)),
  hardSigmoid: unary((x) => a.hardSigmoid(x, { alpha: 0.3 })),
  gelu: unary((x) => a.gelu(x, { approximate: 'tanh' })),
  softmax: unary((x) => a.softmax(x)),
  logSoftmax: unary((x) => a.logSoftmax(x, 0)),
  Hardmax: named('Hardmax'),
  Shrink: named('Shrink'),
  equal: binary(l.equal),
  'equal of bool': flags(l.equal),
  less: binary(l.less),
  lessOrEqual: binary(l.lessOrEqual),
  greater: binary(l.greater),
  greaterOrEqual: binary(l.greaterOrEqual),
  and: flags(l.and),
  or: flags(l.or),
  xor: flags(l.xor),
  not: ({ batch }, feeds) => l.not(feeds.flag(batch)),
  isNan: unary(l.isNan),
  isInf: unary(l.isInf),
  bitwiseAnd: whole(l.bitwiseAnd),
  bitwiseOr: whole(l.bitwiseOr),
  bitwiseXor: whole(l.bitwiseXor),
  bitwiseNot: ({ batch }, feeds) => l.bitwiseNot(feeds.of('uint8', [batch])),
  bitShift: whole((x, y) => l.bitShift(x, y, 'left')),
  where: ({ batch, length }, feeds) => l.where(feeds.flag(batch, 1), feeds.float(length), 0),
  EyeLike: (_, feeds) => call('EyeLike', [feeds.float(3, 4)], { dtype: int(7) }),
};
