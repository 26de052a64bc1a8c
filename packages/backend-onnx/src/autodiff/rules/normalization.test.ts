import { RandomStream, type TensorData } from '@forge-ml/core/plugin';
import { constant, scalar } from '../../graph/constants.js';
import { makeNode } from '../../graph/make-node.js';
import type { Value } from '../../graph/value.js';
import * as ops from '../../ops/normalization.js';
import { checkGradients, type Real, randomTensor } from '../finite-differences.test.support.js';

const random = RandomStream.of(11, 'normalization');
const real = (shape: readonly number[], dtype: Real = 'float64') => randomTensor(random, shape, 'normal', dtype);
const positive = (shape: readonly number[]) => randomTensor(random, shape, 'positive');
const statistics = (channels: number): TensorData[] => [real([channels]), positive([channels])];

describe('gradients of normalisation', () => {
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

  it('BatchNormalization by given statistics, and these themselves', async () => {
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

  it('RMS normalisation, made of simpler operators', async () => {
    await checkGradients((x, scale) => ops.rmsNormalization(x!, scale!, { axis: -2 }), [real([2, 3, 4]), real([3, 4])]);
  });

  it('Dropout passes what its mask passed', async () => {
    const mask = (x: Value, training: boolean) =>
      makeNode({ op: 'Dropout', inputs: [x, scalar(0, x.dtype), scalar(Number(training), 'bool')], outputs: 2 })[0]!;
    // At a ratio of 0 every element is kept, so that slopes can be taken.
    for (const training of [false, true]) await checkGradients((x) => mask(x!, training), [real([3, 4], 'float32')]);
  });
});
