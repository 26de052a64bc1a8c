import type { Node } from '../../graph/graph.js';
import type { GradientRule, GradientRules } from '../rule.js';
import { activationRules } from './activations.js';
import { averagePoolRules } from './average-pool.js';
import { batchNormRules } from './batch-norm.js';
import { convRules } from './conv.js';
import { dropoutRules } from './dropout.js';
import { einsumRules } from './einsum.js';
import { elementwiseRules } from './elementwise.js';
import { gatherRules } from './gather.js';
import { globalPoolRules } from './global-pool.js';
import { ifRules } from './if.js';
import { loopRules } from './loop.js';
import { lossRules } from './loss.js';
import { matMulRules } from './matmul.js';
import { maxPoolRules } from './max-pool.js';
import { normalizationRules } from './normalization.js';
import { padRules } from './pad.js';
import { recurrentRules } from './recurrent.js';
import { reductionRules } from './reduction.js';
import { resizeRules } from './resize.js';
import { scanRules } from './scan.js';
import { shapeRules } from './shape.js';
import { sliceRules } from './slice.js';

const byOperator: ReadonlyMap<string, GradientRule> = new Map(
  Object.entries<GradientRule>({
    ...elementwiseRules,
    ...activationRules,
    ...matMulRules,
    ...einsumRules,
    ...convRules,
    ...batchNormRules,
    ...normalizationRules,
    ...dropoutRules,
    ...reductionRules,
    ...globalPoolRules,
    ...averagePoolRules,
    ...maxPoolRules,
    ...shapeRules,
    ...sliceRules,
    ...padRules,
    ...gatherRules,
    ...resizeRules,
    ...lossRules,
    ...recurrentRules,
    ...scanRules,
    ...loopRules,
    ...ifRules,
  } satisfies GradientRules),
);

/** Operators through which nothing flows: their outputs do not depend smoothly on their inputs, or not at all. */
const notDifferentiable: ReadonlySet<string> = new Set([
  ...['Shape', 'Size', 'Constant', 'ConstantOfShape', 'Range', 'EyeLike', 'NonZero', 'OneHot'],
  ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Xor', 'Not', 'IsNaN', 'IsInf'],
  ...['BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'BitwiseNot'],
  ...['ArgMax', 'ArgMin', 'Hardmax', 'Floor', 'Ceil', 'Round', 'Sign'],
  ...['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike', 'Bernoulli', 'Multinomial'],
]);

/** The rule of an operator of ONNX's own; undefined where there is none. */
export function ruleOf({ op, domain }: Pick<Node, 'op' | 'domain'>): GradientRule | undefined {
  return isOnnx(domain) ? byOperator.get(op) : undefined;
}

export function isNotDifferentiable({ op, domain }: Pick<Node, 'op' | 'domain'>): boolean {
  return isOnnx(domain) && notDifferentiable.has(op);
}

function isOnnx(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}
