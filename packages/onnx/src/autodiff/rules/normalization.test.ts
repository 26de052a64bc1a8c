import { expect } from 'chai';
import { float, given, int, ints, maybe } from '../../graph/ir/attributes.js';
import type { Value } from '../../graph/ir/graph.js';
import { constant, input, scalar } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { mul } from '../../ops/elementwise.js';
import * as ops from '../../ops/normalization.js';
import { lpNormalization, reduceSum } from '../../ops/reduction.js';
import { RandomStream } from '../../random.test.support.js';
import { numbersOf } from '../../tensor/numbers.js';
import { type TensorData, tensor } from '../../tensor/tensor.js';
import { checkGradients, expectClose, type Real, randomTensor } from '../finite-differences.test.support.js';
import { gradientsOf } from '../gradients.js';
import { openGraph } from '../run-graph.test.support.js';

const random = RandomStream.of(11, 'normalization');
const real = (shape: readonly number[], dtype: Real = 'float64') => randomTensor(random, shape, 'normal', dtype);
const positive = (shape: readonly number[]) => randomTensor(random, shape, 'positive');
const statistics = (channels: number): TensorData[] => [real([channels]), positive([channels])];

describe('gradients of normalization', () => {
  it('BatchNormalization by the statistics of the batch', async () => {
    for (const shape of [
      [5, 3],
      [4, 2, 3],
      [3, 2, 2, 2],
    ]) {
      const channels = shape[1]!;
      const [mean, variance] = statistics(channels).map(constant) as [Value, Value];
      const build = (x: Value, scale: Value, bias: Value) =>
        ops.batchNormalization(x, scale, bias, mean, variance, { trainingMode: true, epsilon: 1e-3 })[0];
      const data = [real(shape), real([channels]), real([channels])];
      await checkGradients(build, data, { tolerance: 1e-6 });
      const names = ['batch', channels, ...shape.slice(2)];
      await checkGradients(build, data, { shapes: [names], tolerance: 1e-6 });
    }
  });

  it('BatchNormalization by given statistics, and of the statistics', async () => {
    for (const shape of [
      [5, 3],
      [3, 2, 2, 2],
    ]) {
      const channels = shape[1]!;
      const build = (x: Value, scale: Value, bias: Value, mean: Value, variance: Value) =>
        ops.batchNormalization(x, scale, bias, mean, variance)[0];
      await checkGradients(build, [real(shape), real([channels]), real([channels]), ...statistics(channels)]);
    }
  });

  it('LayerNormalization over one and more dimensions', async () => {
    for (const axis of [-1, 1, -2]) {
      const shape = axis === -1 ? [4] : [3, 4];
      const build = (x: Value, scale: Value, bias: Value) =>
        ops.layerNormalization(x, scale, bias, { axis, epsilon: 1e-3 });
      await checkGradients(build, [real([2, 3, 4], 'float32'), real(shape, 'float32'), real(shape, 'float32')]);
    }
    const build = (x: Value, scale: Value) => ops.layerNormalization(x, scale, undefined, { epsilon: 1e-3 });
    await checkGradients(build, [real([2, 3, 4]), real([4])], { tolerance: 1e-6 });
  });

  it('InstanceNormalization (float32)', async () => {
    const build = (x: Value, scale: Value, bias: Value) => ops.instanceNormalization(x, scale, bias, { epsilon: 1e-2 });
    await checkGradients(build, [real([2, 2, 3, 3], 'float32'), real([2], 'float32'), real([2], 'float32')]);
  });

  it('GroupNormalization (float32)', async () => {
    for (const numGroups of [1, 2, 4]) {
      const build = (x: Value, scale: Value, bias: Value) =>
        ops.groupNormalization(x, scale, bias, { numGroups, epsilon: 1e-2 });
      await checkGradients(build, [real([2, 4, 2, 3], 'float32'), real([4], 'float32'), real([4], 'float32')]);
    }
  });

  it('RMS normalization, made of simpler operators', async () => {
    await checkGradients((x, scale) => ops.rmsNormalization(x!, scale!, { axis: -2 }), [real([2, 3, 4]), real([3, 4])]);
  });

  it('RMSNormalization, of opset 23, equals its decomposition', async () => {
    const [x, scale] = [input('x', 'float64', [2, 3, 4]), input('scale', 'float64', [4])];
    const weights = constant(real([2, 3, 4]));
    const epsilon = 1e-3;
    const whole = call('RMSNormalization', [x, scale], { epsilon: float(epsilon) });
    const parts = ops.rmsNormalization(x, scale, { epsilon });
    const outputs = [whole, parts].flatMap((y, which) => {
      const loss = reduceSum(mul(y, weights), undefined, { keepdims: false });
      return gradientsOf(loss, [x, scale]).map((gradient, at): [string, Value] => [`${which}${at}`, gradient!]);
    });
    const session = await openGraph({ inputs: [x, scale], outputs: new Map(outputs) });
    const found = await session.run(
      new Map([
        ['x', real([2, 3, 4])],
        ['scale', real([4])],
      ]),
    );
    await session.close();
    for (const at of [0, 1]) {
      expectClose(
        numbersOf(found.get(`0${at}`)!),
        numbersOf(found.get(`1${at}`)!),
        1e-12,
        `the gradient of input ${at}`,
      );
    }
  });

  it('SimplifiedLayerNormalization, of ONNX Runtime (float32)', async () => {
    const attributes = { epsilon: float(1e-3), axis: int(-1) };
    const build = (x: Value, scale: Value) => call('SimplifiedLayerNormalization', [x, scale], attributes);
    await checkGradients(build, [real([2, 3, 4], 'float32'), real([4], 'float32')]);
  });

  it('LRN over any number of channels (float32)', async () => {
    // ONNX Runtime has no kernel for even ones.
    for (const size of [1, 3, 7]) {
      const attributes = { size: int(size), alpha: float(0.3), beta: float(0.75), bias: float(1.5) };
      const build = (x: Value) => call('LRN', [x], attributes);
      await checkGradients(build, [real([2, 4, 2, 3], 'float32')]);
      await checkGradients(build, [real([2, 4, 2, 3], 'float32')], { shapes: [['batch', 4, 'height', 'width']] });
    }
  });

  it('LpNormalization along any axis, by either norm', async () => {
    for (const p of [1, 2] as const) {
      for (const axis of [-1, 0, 1]) {
        await checkGradients((x) => lpNormalization(x!, { axis, p }), [randomTensor(random, [2, 3, 4], 'distinct')]);
      }
    }
    const zero = input('x', 'float64', [2]);
    const loss = reduceSum(lpNormalization(zero), undefined, { keepdims: false });
    const session = await openGraph({ inputs: [zero], outputs: new Map([['g', gradientsOf(loss, [zero])[0]!]]) });
    const found = await session.run(new Map([['x', tensor(Float64Array.of(0, 0), [2])]]));
    await session.close();
    for (const slope of numbersOf(found.get('g')!)) expect(slope).to.satisfy(Number.isFinite);
  });

  it('MeanVarianceNormalization over any axes (float32)', async () => {
    for (const axes of [undefined, [1, 2], [0, -1]]) {
      const attributes = given({ axes: maybe(ints, axes) });
      const build = (x: Value) => call('MeanVarianceNormalization', [x], attributes);
      await checkGradients(build, [real([2, 3, 2, 2], 'float32')]);
    }
  });

  it('Dropout passes the gradient where its mask is set', async () => {
    const x = input('x', 'float32', [200]);
    const off = scalar(0, 'bool');
    for (const training of [undefined, input('training', 'bool', []), scalar(1, 'bool'), off]) {
      const y = call('Dropout', [x, scalar(0.3), training ?? null]);
      const [gradient] = gradientsOf(reduceSum(y, undefined, { keepdims: false }), [x]);
      const inputs = training?.kind === 'input' ? [x, training] : [x];
      // y is linear in x, so it equals the gradient times x, with the same mask because both are of one run.
      const session = await openGraph({
        inputs,
        outputs: new Map([
          ['y', y],
          ['back', mul(gradient!, x)],
        ]),
      });
      const data = randomTensor(random, [200], 'distinct', 'float32');
      const found = await session.run(
        new Map([
          ['x', data],
          ['training', tensor(new Uint8Array([1]), [], 'bool')],
        ]),
      );
      await session.close();
      expectClose(numbersOf(found.get('back')!), numbersOf(found.get('y')!), 1e-6, 'the gradient times x');
      const dropped = numbersOf(found.get('y')!).filter((value) => value === 0).length;
      const drops = training !== undefined && training !== off;
      expect(dropped, 'elements dropped').to.be.within(drops ? 30 : 0, drops ? 100 : 0);
    }
  });
});
