import type { Draft, InferenceRule } from './draft.js';
import { floats } from './dtypes.js';
import { slideOver, slidingOf } from './window.js';

const globalPool: InferenceRule = (node) => {
  const x = node.input(0);
  node.oneOf(x, floats);
  if (x.shape.length < 3) node.fail('it needs [batch, channels, …spatial]');
  return [{ dtype: x.dtype, shape: x.shape.map((dim, axis) => (axis < 2 ? dim : 1)) }];
};

function pooledShape(node: Draft) {
  const { shape } = node.input(0);
  const kernel = node.ints('kernel_shape') ?? node.fail('its kernel_shape is missing');
  if (shape.length < 3 || kernel.length !== shape.length - 2) {
    node.fail(`a window of ${kernel.length} dimensions needs [batch, channels, …${kernel.length} spatial]`);
  }
  return [...shape.slice(0, 2), ...slideOver(node, shape.slice(2), slidingOf(node, kernel))];
}

export const poolingRules: Record<string, InferenceRule> = {
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,

  MaxPool(node) {
    const dtype = node.oneOf(node.input(0), [...floats, 'int8', 'uint8']);
    const shape = pooledShape(node);
    return [
      { dtype, shape },
      { dtype: 'int64', shape },
    ];
  },

  AveragePool(node) {
    return [{ dtype: node.oneOf(node.input(0), floats), shape: pooledShape(node) }];
  },

  LpPool(node) {
    return [{ dtype: node.oneOf(node.input(0), floats), shape: pooledShape(node) }];
  },
};
