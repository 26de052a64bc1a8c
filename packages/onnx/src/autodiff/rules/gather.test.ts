import type { Value } from '../../graph/ir/graph.js';
import { constant, scalar } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { topK } from '../../ops/reduction.js';
import { gather, gatherElements, gatherND, scatterElements } from '../../ops/shape.js';
import { RandomStream } from '../../random.test.support.js';
import { tensorOf } from '../../tensor/numbers.js';
import { tensor } from '../../tensor/tensor.js';
import { checkGradients, randomTensor } from '../finite-differences.test.support.js';

const random = RandomStream.of(19, 'gather');
const real = (...shape: readonly number[]) => randomTensor(random, shape);

/** Random indices into a dimension, positive and negative, with repeats. */
function places(shape: readonly number[], size: number, dtype: 'int32' | 'int64' = 'int64') {
  const count = shape.reduce((product, each) => product * each, 1);
  return tensorOf(
    Array.from({ length: count }, () => random.below(2 * size) - size),
    dtype,
    shape,
  );
}

describe('gradients of indexing', () => {
  it('Gather along any axis, by indices of any rank', async () => {
    for (const axis of [0, 1, 2, -1]) {
      for (const shape of [[], [1], [5], [2, 3]]) {
        const data = [real(2, 3, 4), places(shape, axis === 0 ? 2 : axis === 1 ? 3 : 4)];
        await checkGradients((x, at) => gather(x, at, axis), data);
        await checkGradients((x, at) => gather(x, at, axis), data, {
          shapes: [['a', 'b', 'c'], shape.map((_, i) => `i${i}`)],
        });
      }
    }
  });

  it('Gather of rows of a small vocabulary, and of a large one', async () => {
    for (const rows of [3, 300]) {
      for (const dtype of ['int32', 'int64'] as const) {
        await checkGradients((x, at) => gather(x, at), [real(rows, 2), places([2, 2], rows, dtype)]);
      }
      await checkGradients((x, at) => gather(x, at), [real(rows), places([4], rows)]);
    }
  });

  it('Gather of one constant index', async () => {
    for (const place of [0, 2, -1]) {
      await checkGradients((x) => gather(x, scalar(place, 'int64'), 1), [real(2, 3, 4)], {
        shapes: [['batch', 3, 'n']],
      });
    }
    await checkGradients((x) => gather(x, constant(tensor(new BigInt64Array([2n, 2n]))), 1), [real(2, 3)]);
  });

  it('GatherElements', async () => {
    for (const axis of [0, 1, -1]) {
      const data = [real(3, 4), places([2, 3], 3)];
      await checkGradients((x, at) => gatherElements(x, at, axis), data);
    }
  });

  it('ScatterElements that replaces, and that adds', async () => {
    const at = tensorOf([0, 2, 1, 1, 0, 2], 'int64', [2, 3]);
    const put = (x: Value, updates: Value) => scatterElements(x, constant(at), updates, { axis: 1 });
    await checkGradients(put, [real(2, 3), real(2, 3)]);
    const add = (x: Value, updates: Value) => scatterElements(x, constant(at), updates, { axis: 0, reduction: 'add' });
    await checkGradients(add, [real(3, 3), real(2, 3)]);
  });

  it('GatherND and ScatterND', async () => {
    const pairs = tensorOf([0, 1, 2, -1, 0, 1, -3, 0], 'int64', [2, 2, 2]);
    await checkGradients((x, at) => gatherND(x, at), [real(3, 4), pairs]);
    await checkGradients((x, at) => gatherND(x, at), [real(3, 4, 2), pairs], { shapes: [['a', 'b', 'c']] });
    await checkGradients((x, at) => gatherND(x, at), [real(3, 4), tensorOf([2, 0, 2], 'int64', [3, 1])]);
    const once = constant(tensorOf([0, 1, 2, 2], 'int64', [2, 2]));
    const put = (x: Value, updates: Value) => call('ScatterND', [x, once, updates]);
    await checkGradients(put, [real(3, 3, 2), real(2, 2)]);
  });

  it('TopK', async () => {
    await checkGradients((x) => topK(x, 2, 1)[0], [randomTensor(random, [2, 5], 'distinct')]);
  });
});
