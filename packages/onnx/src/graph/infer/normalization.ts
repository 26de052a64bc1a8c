import { sameDim } from '../ir/broadcast.js';
import type { Value } from '../ir/graph.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats } from './dtypes.js';

/** Checks x [batch, channels, …], and one number per channel in each input named in `what`. */
function perChannel(node: Draft, what: readonly string[]): Value {
  const x = node.input(0);
  node.oneOf(x, floats);
  if (x.shape.length < 2) node.fail('it needs [batch, channels, …]');
  for (const [at, name] of what.entries()) {
    const value = node.input(at + 1);
    node.oneOf(value, floats, `its ${name}`);
    node.rank(value, 1, `its ${name}`);
    if (sameDim(value.shape[0]!, x.shape[1]!) === undefined) {
      node.fail(`its ${name} has ${value.shape[0]} elements for ${x.shape[1]} channels`);
    }
  }
  return x;
}

export const normalizationRules: Record<string, InferenceRule> = {
  BatchNormalization(node) {
    const x = perChannel(node, ['scale', 'bias', 'mean', 'variance']);
    const y = { dtype: x.dtype, shape: x.shape };
    if (node.int('training_mode', 0) === 0) return [y];
    const [mean, variance] = [node.input(3), node.input(4)];
    const statistic = { dtype: node.sameDtype([mean, variance]), shape: mean.shape };
    return [y, statistic, statistic];
  },

  InstanceNormalization(node) {
    const x = perChannel(node, ['scale', 'bias']);
    if (x.shape.length < 3) node.fail('it needs [batch, channels, …spatial]');
    return [{ dtype: node.sameDtype([x, node.input(1), node.input(2)]), shape: x.shape }];
  },

  GroupNormalization(node) {
    const x = perChannel(node, ['scale', 'bias']);
    const groups = node.int('num_groups') ?? node.fail('its num_groups is missing');
    const channels = x.shape[1]!;
    if (groups < 1 || (typeof channels === 'number' && channels % groups !== 0)) {
      node.fail(`${groups} groups do not divide ${channels} channels`);
    }
    return [{ dtype: node.sameDtype([x, node.input(1), node.input(2)]), shape: x.shape }];
  },

  LayerNormalization(node) {
    const [x, scale, bias] = [node.input(0), node.input(1), node.optional(2)];
    node.oneOf(x, floats);
    const axis = node.axis(node.int('axis', -1), x.shape.length);
    node.fitsInto(scale, x.shape, 'its scale');
    if (bias !== undefined) node.fitsInto(bias, x.shape, 'its bias');
    const statistic = { dtype: 'float32', shape: x.shape.map((dim, at) => (at < axis ? dim : 1)) } as const;
    return [{ dtype: node.sameDtype([x, scale, bias]), shape: x.shape }, statistic, statistic];
  },

  RMSNormalization(node) {
    const [x, scale] = [node.input(0), node.input(1)];
    node.oneOf(x, floats);
    node.axis(node.int('axis', -1), x.shape.length);
    node.fitsInto(scale, x.shape, 'its scale');
    return [{ dtype: scale.dtype, shape: x.shape }];
  },

  /** ONNX Runtime's name, in ONNX's domain, of what became RMSNormalization. */
  SimplifiedLayerNormalization(node) {
    const [x, scale] = [node.input(0), node.input(1)];
    node.oneOf(x, floats);
    const axis = node.axis(node.int('axis', -1), x.shape.length);
    node.fitsInto(scale, x.shape, 'its scale');
    const statistic = { dtype: 'float32', shape: x.shape.map((dim, at) => (at < axis ? dim : 1)) } as const;
    return [{ dtype: scale.dtype, shape: x.shape }, statistic];
  },

  LRN(node) {
    const x = node.input(0);
    if (node.int('size') === undefined) node.fail('its size is missing');
    return [{ dtype: node.oneOf(x, floats), shape: x.shape }];
  },

  MeanVarianceNormalization(node) {
    const x = node.input(0);
    return [{ dtype: node.oneOf(x, floats), shape: x.shape }];
  },

  Dropout(node) {
    const [x, ratio, training] = [node.input(0), node.optional(1), node.optional(2)];
    node.oneOf(x, floats);
    if (ratio !== undefined) node.oneOf(ratio, floats, 'its ratio');
    if (training !== undefined) node.oneOf(training, ['bool'], 'its training mode');
    node.single(ratio, 'its ratio');
    node.single(training, 'its training mode');
    return [
      { dtype: x.dtype, shape: x.shape },
      { dtype: 'bool', shape: x.shape },
    ];
  },
};
