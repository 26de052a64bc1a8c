import { indexRange } from '../../graph/ir/shapes.js';
import { cast, div, mul } from '../../ops/elementwise.js';
import { equal } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { type GradientRules, unary } from '../adjoints/rule.js';
import { countAlong, expandLike } from '../adjoints/shapes.js';

export const globalPoolRules: GradientRules = {
  GlobalAveragePool: unary((gradient, x) => {
    const count = countAlong(x, indexRange(2, x.shape.length));
    return expandLike(typeof count === 'number' ? mul(gradient, 1 / count) : div(gradient, count), x);
  }),
  GlobalMaxPool: unary((gradient, x, y) => {
    const chosen = cast(equal(x, y), x.dtype);
    return mul(chosen, div(gradient, reduceSum(chosen, indexRange(2, x.shape.length))));
  }),
};
