import { int } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { constant } from '../graph/ir/values.js';
import { call, makeNode } from '../graph/make-node.js';
import { logSoftmax, softmax, tanh } from '../ops/activations.js';
import { scan } from '../ops/control.js';
import { add, mul, sin } from '../ops/elementwise.js';
import { conv, matMul } from '../ops/linear.js';
import { softmaxCrossEntropyLoss } from '../ops/loss.js';
import { batchNormalization, layerNormalization } from '../ops/normalization.js';
import { averagePool, maxPool } from '../ops/pooling.js';
import { lpNormalization, reduceMax, reduceProd, reduceSum } from '../ops/reduction.js';
import { gather, pad, slice } from '../ops/shape.js';
import { RandomStream } from '../random.test.support.js';
import { tensorOf } from '../tensor/numbers.js';
import type { TensorData } from '../tensor/tensor.js';
import { checkGradients, type Real, randomTensor, type Spread } from './finite-differences.test.support.js';
import { gradientsOf } from './gradients.js';

const random = RandomStream.of(27, 'second');
const real = (shape: readonly number[], dtype: Real = 'float64', spread: Spread = 'normal') =>
  randomTensor(random, shape, spread, dtype);

/** The gradients of a nonlinear loss, so that they depend on the inputs. */
function slopes(of: (...inputs: Value[]) => Value) {
  return (...inputs: Value[]): Value[] => {
    const floating = inputs.filter(({ dtype }) => dtype.startsWith('float'));
    const loss = reduceSum(sin(of(...inputs)), undefined, { keepdims: false });
    return gradientsOf(loss, floating).map((gradient) => gradient!);
  };
}

describe('second derivatives, compared with finite differences of the first', function () {
  this.timeout(60_000);
  const [mean, variance] = [real([2]), real([2], 'float64', 'positive')].map(constant) as [Value, Value];
  const cases: Record<string, [(...inputs: Value[]) => Value, TensorData[]]> = {
    MatMul: [(a, b) => matMul(a!, b!), [real([2, 3]), real([3, 2])]],
    'MatMul, stacked': [(a, b) => matMul(a!, b!), [real([2, 2, 3]), real([3, 2])]],
    Softmax: [(x) => softmax(x!), [real([2, 3])]],
    LogSoftmax: [(x) => logSoftmax(x!), [real([2, 3])]],
    'cross-entropy': [
      (x, labels) => softmaxCrossEntropyLoss(x!, labels!),
      [real([3, 4]), tensorOf([0, 3, 1], 'int64', [3])],
    ],
    'BatchNormalization, training': [
      (x, scale, bias) => batchNormalization(x!, scale!, bias!, mean, variance, { trainingMode: true })[0],
      [real([4, 2]), real([2]), real([2])],
    ],
    LayerNormalization: [(x, scale) => layerNormalization(x!, scale!), [real([2, 4]), real([4])]],
    Gather: [(x, at) => gather(x!, at!), [real([3, 2]), tensorOf([0, 2, 2], 'int64', [3])]],
    'Gather along the last axis': [(x, at) => gather(x!, at!, 1), [real([2, 3]), tensorOf([0, 2, 2], 'int64', [3])]],
    'Slice and Pad': [(x) => pad(slice(mul(x!, x!), [0], [5], [1], [2]), [0, 1, 1, 0]), [real([2, 5])]],
    ReduceProd: [(x) => reduceProd(x!, [1]), [real([2, 3], 'float32', 'positive')]],
    LpNormalization: [(x) => lpNormalization(x!, { axis: 0 }), [real([2, 3])]],
    MultiHeadAttention: [
      (q, k, v) => {
        const attributes = { num_heads: int(2), unidirectional: int(1) };
        return makeNode({
          op: 'MultiHeadAttention',
          domain: 'com.microsoft',
          inputs: [q!, k!, v!],
          attributes,
          outputs: 1,
        })[0]!;
      },
      [real([1, 2, 4], 'float32', 'unit'), real([1, 2, 4], 'float32', 'unit'), real([1, 2, 4], 'float32', 'unit')],
    ],
    GridSample: [
      (x, grid) => call('GridSample', [x!, grid!]),
      [real([1, 1, 3, 3], 'float32'), tensorOf([0.1, -0.2, 0.35, 0.3], 'float32', [1, 1, 2, 2])],
    ],
    ReduceMax: [(x) => mul(reduceMax(x!, [1]), x!), [real([2, 3], 'float64', 'distinct')]],
    Scan: [
      (h, xs, w) => scan([h!], [xs!], ([s], [x]) => ({ states: [tanh(add(mul(s!, w!), x!))] })).states[0]!,
      [real([2]), real([3, 2]), real([2])],
    ],
    'Conv (float32)': [
      (x, w) => conv(x!, w!, undefined, { strides: [2, 1], pads: [1, 1, 0, 1] }),
      [real([1, 2, 4, 3], 'float32'), real([2, 2, 2, 2], 'float32')],
    ],
    'MaxPool (float32)': [(x) => maxPool(x!, [2, 2], { strides: [2, 2] }), [real([1, 1, 4, 4], 'float32', 'distinct')]],
    'MaxPool, overlapping (float32)': [(x) => maxPool(x!, [2], {}), [real([1, 1, 5], 'float32', 'distinct')]],
    'AveragePool (float32)': [
      (x) => averagePool(mul(x!, x!), [2], { pads: [1, 0] }),
      [real([1, 1, 5], 'float32', 'unit')],
    ],
  };
  for (const [name, [of, data]] of Object.entries(cases)) {
    it(name, async () => {
      await checkGradients(slopes(of), data, data[0]!.dtype === 'float32' ? { tolerance: 1e-2 } : { tolerance: 1e-5 });
    });
  }
});
