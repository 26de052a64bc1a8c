import type { Node } from '../graph/ir/graph.js';
import type { GradientRule, GradientRules } from './adjoints/rule.js';
import { activationRules } from './rules/activations.js';
import { batchNormRules } from './rules/batch-norm.js';
import { convRules } from './rules/conv.js';
import { dropoutRules } from './rules/dropout.js';
import { einsumRules } from './rules/einsum.js';
import { elementwiseRules } from './rules/elementwise.js';
import { expandedRules, microsoftExpandedRules } from './rules/expanded.js';
import { gatherRules } from './rules/gather.js';
import { ifRules } from './rules/if.js';
import { loopRules } from './rules/loop.js';
import { lossRules } from './rules/loss.js';
import { matMulRules } from './rules/matmul.js';
import { normalizationRules } from './rules/normalization.js';
import { padRules } from './rules/pad.js';
import { poolingRules } from './rules/pooling.js';
import { microsoftQuantizedRules, quantizedRules } from './rules/quantized.js';
import { microsoftQuantizedOperatorRules, quantizedOperatorRules } from './rules/quantized-operators.js';
import { reductionRules } from './rules/reduction.js';
import { resizeRules } from './rules/resize.js';
import { scanRules } from './rules/scan.js';
import { shapeRules } from './rules/shape.js';
import { sliceRules } from './rules/slice.js';

/** The rules of ONNX's standard operators. */
const builtIn: ReadonlyMap<string, GradientRule> = new Map(
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
    ...poolingRules,
    ...shapeRules,
    ...sliceRules,
    ...padRules,
    ...gatherRules,
    ...resizeRules,
    ...lossRules,
    ...expandedRules,
    ...quantizedRules,
    ...quantizedOperatorRules,
    ...scanRules,
    ...loopRules,
    ...ifRules,
  } satisfies GradientRules),
);

/** The rules of ONNX Runtime's own operators. */
const microsoft: ReadonlyMap<string, GradientRule> = new Map(
  Object.entries<GradientRule>({
    ...microsoftExpandedRules,
    ...microsoftQuantizedRules,
    ...microsoftQuantizedOperatorRules,
  } satisfies GradientRules),
);

/** Operators without a gradient: their outputs do not depend smoothly on their inputs, or not at all. */
export const withoutGradient: ReadonlySet<string> = new Set([
  ...['Shape', 'Size', 'Constant', 'ConstantOfShape', 'Range', 'EyeLike', 'NonZero', 'OneHot'],
  ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Xor', 'Not', 'IsNaN', 'IsInf'],
  ...['BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'BitwiseNot'],
  ...['ArgMax', 'ArgMin', 'Hardmax', 'Floor', 'Ceil', 'Round', 'Sign'],
  ...['NonMaxSuppression'],
  ...['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike', 'Bernoulli', 'Multinomial'],
]);

/** Custom rules, which add to the built-in ones or replace them; by operator, `com.example.Foo` of a domain. */
export type CustomRules = ReadonlyMap<string, GradientRule>;

const none: CustomRules = new Map();

/** The rule of an operator; undefined where there is none. */
export function gradientRuleOf({ op, domain }: Pick<Node, 'op' | 'domain'>, custom = none): GradientRule | undefined {
  if (isOnnx(domain)) return custom.get(op) ?? builtIn.get(op);
  return custom.get(`${domain}.${op}`) ?? (domain === 'com.microsoft' ? microsoft.get(op) : undefined);
}

/** Whether no gradient flows through the operator, so that it needs no rule. */
export function stopsAt({ op, domain }: Pick<Node, 'op' | 'domain'>, custom = none): boolean {
  return isOnnx(domain) && withoutGradient.has(op) && !custom.has(op);
}

function isOnnx(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}
