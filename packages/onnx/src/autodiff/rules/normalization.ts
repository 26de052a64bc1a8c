import type { Node, Value } from '../../graph/ir/graph.js';
import { floatAttribute, intAttribute } from '../../graph/ir/read-attributes.js';
import { axisOf, indexRange } from '../../graph/ir/shapes.js';
import { add, cast, div, mul, neg, sub } from '../../ops/elementwise.js';
import { type Moments, momentsOf } from '../../ops/moments.js';
import { reduceSum } from '../../ops/reduction.js';
import { reshape, unsqueeze } from '../../ops/shape.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { inverseRootMeanSquare, throughMoments, throughScale } from '../adjoints/normalize.js';
import { type Gradient, type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { countAlong, expandLike, reshapeLike } from '../adjoints/shapes.js';

/** Over all axes from `axis` on. */
const layerNorm: GradientRule = (node, [gradient, ofMean, ofInverse]) => {
  const [x, scale] = [inputOf(node, 0), inputOf(node, 1)];
  const axes = indexRange(axisOf(intAttribute(node, 'axis', -1), x.shape.length), x.shape.length);
  const moments = statisticsOf(node, axes);
  const throughStatistics = statisticsGradient(x, moments, axes, ofMean ?? null, ofInverse ?? null);
  if (!gradient) return [throughStatistics];
  const direct = throughMoments(mul(gradient, scale), moments, axes);
  return [
    throughStatistics ? add(direct, throughStatistics) : direct,
    mul(gradient, mul(moments.centered, moments.inverse)),
    gradient,
  ];
};

/** The node's own mean and inverse, if it has these outputs; for float64 they are not exact enough. */
function statisticsOf(node: Node, axes: readonly number[]): Moments {
  const x = inputOf(node, 0);
  const [, mean, inverse] = node.outputs;
  if (!mean || !inverse || x.dtype === 'float64') return momentsOf(x, axes, floatAttribute(node, 'epsilon', 1e-5));
  return { centered: sub(x, cast(mean, x.dtype)), inverse: cast(inverse, x.dtype) };
}

/** Where the mean and 1/√(variance + ε) are used themselves, as the first derivative does. */
function statisticsGradient(
  x: Value,
  { centered, inverse }: Moments,
  axes: readonly number[],
  ofMean: Gradient,
  ofInverse: Gradient,
): Gradient {
  if (!ofMean && !ofInverse) return null;
  const count = countAlong(x, axes);
  const share = (value: Value) => (typeof count === 'number' ? mul(value, 1 / count) : div(value, count));
  const first = ofMean ? expandLike(share(cast(ofMean, x.dtype)), x) : null;
  if (!ofInverse) return first;
  // d(v + ε)^-½ / dx = -(v + ε)^-³⁄₂ · (x - mean) / n.
  const cube = mul(inverse, mul(inverse, inverse));
  const second = neg(mul(centered, share(mul(cast(ofInverse, x.dtype), cube))));
  return first ? add(first, second) : second;
}

const rmsNorm: GradientRule = (node, [gradient, ofInverse]) => {
  if (ofInverse) throw notDifferentiable(node, 'its second output is used', 'Use the first only.');
  if (!gradient) return [];
  const [x, scale] = [inputOf(node, 0), inputOf(node, 1)];
  const axes = indexRange(axisOf(intAttribute(node, 'axis', -1), x.shape.length), x.shape.length);
  const inverse = inverseRootMeanSquare(x, axes, floatAttribute(node, 'epsilon', 1e-5));
  return [throughScale(mul(gradient, scale), { centered: x, inverse }, axes), mul(gradient, mul(x, inverse))];
};

/** Statistics per channel and example. */
const instanceNorm: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const x = inputOf(node, 0);
  const axes = indexRange(2, x.shape.length);
  const moments = momentsOf(x, axes, floatAttribute(node, 'epsilon', 1e-5));
  const scaled = mul(gradient, perChannel(inputOf(node, 1), x));
  return [throughMoments(scaled, moments, axes), ...ofChannels(node, gradient, mul(moments.centered, moments.inverse))];
};

/** Statistics per group of channels and example: [batch, groups, the rest]. */
const groupNorm: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const x = inputOf(node, 0);
  const inGroups = (value: Value) => reshape(value, [0, intAttribute(node, 'num_groups', 1), -1]);
  const moments = momentsOf(inGroups(x), [2], floatAttribute(node, 'epsilon', 1e-5));
  const scaled = inGroups(mul(gradient, perChannel(inputOf(node, 1), x)));
  const normal = reshapeLike(mul(moments.centered, moments.inverse), x);
  return [reshapeLike(throughMoments(scaled, moments, [2]), x), ...ofChannels(node, gradient, normal)];
};

/** The gradients of a scale and a bias for each channel. */
function ofChannels(node: Node, gradient: Value, normal: Value): Gradient[] {
  const x = inputOf(node, 0);
  const axes = [0, ...indexRange(2, x.shape.length)];
  return [mul(gradient, normal), gradient].map((value) => reduceSum(value, axes, { keepdims: false }));
}

function perChannel(value: Value, x: Value): Value {
  return x.shape.length === 2 ? value : unsqueeze(value, indexRange(1, x.shape.length - 1));
}

export const normalizationRules: GradientRules = {
  LayerNormalization: layerNorm,
  RMSNormalization: rmsNorm,
  SimplifiedLayerNormalization: rmsNorm,
  InstanceNormalization: instanceNorm,
  GroupNormalization: groupNorm,
};
