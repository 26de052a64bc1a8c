import { known } from '../errors/options.js';
import { float, given, int, maybe } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { call, makeNode } from '../graph/make-node.js';
import { add, cast, div, mul, sqrt } from './elementwise.js';
import { reduceMean } from './reduction.js';

export interface BatchNormalizationOptions {
  /** 1e-5 by default. */
  readonly epsilon?: number | undefined;
  /** The share of the running statistics that is kept; 0.9 by default. */
  readonly momentum?: number | undefined;
  readonly trainingMode?: boolean | undefined;
}

/**
 * (x - mean) / √(variance + ε) · scale + bias for each channel of [batch, channels, …]. In training mode by the batch's
 * statistics; then the next running mean and (population) variance are returned too.
 */
export function batchNormalization(
  x: Value,
  scale: Value,
  bias: Value,
  mean: Value,
  variance: Value,
  options: BatchNormalizationOptions = {},
): readonly [y: Value, mean?: Value, variance?: Value] {
  known('ops.batchNormalization', options, ['epsilon', 'momentum', 'trainingMode']);
  const { epsilon, momentum, trainingMode = false } = options;
  const [y, nextMean, nextVariance] = makeNode({
    op: 'BatchNormalization',
    inputs: [x, scale, bias, mean, variance],
    attributes: given({
      epsilon: maybe(float, epsilon),
      momentum: maybe(float, momentum),
      training_mode: trainingMode ? int(1) : undefined,
    }),
    outputs: trainingMode ? 3 : 1,
  });
  return trainingMode ? [y!, nextMean!, nextVariance!] : [y!];
}

export interface AxisNormalizationOptions {
  /** The first of the normalized dimensions, up to the last; -1 by default. */
  readonly axis?: number | undefined;
  /** 1e-5 by default. */
  readonly epsilon?: number | undefined;
}

/** Normalized over the dimensions from `axis` on (Ba, Kiros and Hinton, 2016). */
export function layerNormalization(
  x: Value,
  scale: Value,
  bias?: Value | null,
  options: AxisNormalizationOptions = {},
): Value {
  const { axis, epsilon } = known('ops.layerNormalization', options, ['axis', 'epsilon']);
  const attributes = given({ axis: maybe(int, axis), epsilon: maybe(float, epsilon) });
  return call('LayerNormalization', [x, scale, bias ?? null], attributes);
}

/** Each example and channel normalized over its spatial dimensions (Ulyanov et al., 2016). */
export function instanceNormalization(x: Value, scale: Value, bias: Value, options: { epsilon?: number } = {}): Value {
  const { epsilon } = known('ops.instanceNormalization', options, ['epsilon']);
  return call('InstanceNormalization', [x, scale, bias], given({ epsilon: maybe(float, epsilon) }));
}

/** Groups of channels normalized (Wu and He, 2018); scale and bias [channels]. */
export function groupNormalization(
  x: Value,
  scale: Value,
  bias: Value,
  options: { numGroups: number; epsilon?: number },
): Value {
  const { numGroups, epsilon } = known('ops.groupNormalization', options, ['numGroups', 'epsilon']);
  const attributes = given({ num_groups: int(numGroups), epsilon: maybe(float, epsilon) });
  return call('GroupNormalization', [x, scale, bias], attributes);
}

/**
 * x / √(mean of x² + ε) · scale over the dimensions from `axis` on (Zhang and Sennrich, 2019). Made of simpler
 * operators: RMSNormalization itself is newer than the opset of written models. Half precision is squared in float32.
 */
export function rmsNormalization(x: Value, scale: Value, options: AxisNormalizationOptions = {}): Value {
  const { axis = -1, epsilon = 1e-5 } = known('ops.rmsNormalization', options, ['axis', 'epsilon']);
  const rank = x.shape.length;
  const first = axis < 0 ? axis + rank : axis;
  const axes = Array.from({ length: Math.max(rank - first, 0) }, (_, at) => first + at);
  const wide = x.dtype === 'float64' ? x : cast(x, 'float32');
  const root = sqrt(add(reduceMean(mul(wide, wide), axes), epsilon));
  return mul(cast(div(wide, root), x.dtype), scale);
}
