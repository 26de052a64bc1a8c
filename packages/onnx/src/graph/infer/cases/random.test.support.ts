import { tensorOf } from '../../../tensor/numbers.js';
import { float, int, ints } from '../../ir/attributes.js';
import { constant } from '../../ir/values.js';
import { makeNode } from '../../make-node.js';
import type { Cases } from './case.test.support.js';

/** Operators of random numbers, and those of which the values decide the size of the result. */
export const randomCases: Cases = {
  RandomNormal: () => makeNode({ op: 'RandomNormal', inputs: [], attributes: { shape: ints([2, 3]), dtype: int(11) } }),
  RandomUniform: () => makeNode({ op: 'RandomUniform', inputs: [], attributes: { shape: ints([4]), high: float(2) } }),
  RandomNormalLike: ({ batch }, feeds) => makeNode({ op: 'RandomNormalLike', inputs: [feeds.float(batch, 3)] }),
  RandomUniformLike: ({ batch }, feeds) => {
    return makeNode({ op: 'RandomUniformLike', inputs: [feeds.whole(batch)], attributes: { dtype: int(1) } });
  },
  Bernoulli: ({ batch }, feeds) => {
    const chances = feeds.of('float32', [batch, 4], [0.25, 0.75]);
    const attributes = { dtype: int(9) };
    return [
      ...makeNode({ op: 'Bernoulli', inputs: [chances] }),
      ...makeNode({ op: 'Bernoulli', inputs: [chances], attributes }),
    ];
  },
  Multinomial: ({ batch }, feeds) => {
    return makeNode({ op: 'Multinomial', inputs: [feeds.float(batch, 3)], attributes: { sample_size: int(5) } });
  },
  NonMaxSuppression: (_sizes, feeds) => {
    const most = constant(tensorOf([2], 'int64', [1]));
    return makeNode({ op: 'NonMaxSuppression', inputs: [feeds.float(1, 6, 4), feeds.float(1, 2, 6), most] });
  },
  Compress: ({ batch }, feeds) => {
    const [x, condition] = [feeds.float(batch, 3), feeds.flag(3)];
    return [
      ...makeNode({ op: 'Compress', inputs: [x, condition], attributes: { axis: int(1) } }),
      ...makeNode({ op: 'Compress', inputs: [x, condition] }),
    ];
  },
  Unique: ({ batch }, feeds) => [
    ...makeNode({ op: 'Unique', inputs: [feeds.whole(batch, 3)], outputs: 4 }),
    ...makeNode({ op: 'Unique', inputs: [feeds.float(batch, 3)], attributes: { axis: int(1) } }),
  ],
  ReverseSequence: ({ length, batch }, feeds) => {
    return makeNode({ op: 'ReverseSequence', inputs: [feeds.float(length, batch, 3), feeds.whole(batch)] });
  },
};
