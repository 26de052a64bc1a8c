import { ifThenElse, loop, scan } from '../../../ops/control.js';
import { add, cast, mul } from '../../../ops/elementwise.js';
import { less } from '../../../ops/logic.js';
import { reduceSum } from '../../../ops/reduction.js';
import { concat } from '../../../ops/shape.js';
import { scalar } from '../../ir/values.js';
import type { Cases } from './case.test.support.js';

export const controlCases: Cases = {
  loop: ({ batch }, feeds) => {
    const x = feeds.float(batch, 3);
    const { states, scans } = loop(4, [x], (iteration, [state]) => {
      const next = add(state!, mul(x, cast(iteration, 'float32')));
      return { states: [next], scans: [reduceSum(next, [1], { keepdims: false })] };
    });
    return [...states, ...scans];
  },
  'loop that may end early': ({ batch }, feeds) => {
    const x = feeds.float(batch, 3);
    const { states, scans } = loop(
      9,
      [x],
      (iteration, [state]) => ({ condition: less(iteration, 2), states: [mul(state!, 2)], scans: [state!] }),
      { condition: scalar(1, 'bool') },
    );
    return [...states, ...scans];
  },
  scan: ({ batch, length }, feeds) => {
    const { states, scans } = scan(
      [feeds.float(batch, 3)],
      [feeds.float(length, batch, 3), feeds.float(length)],
      ([sum], [element, factor]) => {
        const next = add(sum!, mul(element!, factor!));
        return { states: [next], scans: [next] };
      },
      { reverse: true },
    );
    return [...states, ...scans];
  },
  ifThenElse: ({ batch }, feeds) => {
    const [x, y] = [feeds.float(batch, 3), feeds.float(batch, 3)];
    return ifThenElse(feeds.flag(), [add(x, y), x], [mul(x, y), y]);
  },
  'ifThenElse of different sizes': ({ batch }, feeds) => {
    const x = feeds.float(batch, 3);
    return ifThenElse(feeds.flag(), [x], [concat([x, x], 1)]);
  },
};
