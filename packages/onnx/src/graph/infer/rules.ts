import { controlRules } from './control.js';
import type { InferenceRule } from './draft.js';
import { elementwiseRules } from './elementwise.js';
import { indexingRules } from './indexing.js';
import { linearRules } from './linear.js';
import { lossRules } from './loss.js';
import { normalizationRules } from './normalization.js';
import { poolingRules } from './pooling.js';
import { randomRules } from './random.js';
import { recurrentRules } from './recurrent.js';
import { reductionRules } from './reduction.js';
import { resizingRules } from './resizing.js';
import { selectionRules } from './selection.js';
import { shapeRules } from './shape.js';

/** The inference rule of each ONNX operator. */
export const inferenceRules: Readonly<Record<string, InferenceRule>> = {
  ...elementwiseRules,
  ...linearRules,
  ...reductionRules,
  ...shapeRules,
  ...indexingRules,
  ...resizingRules,
  ...normalizationRules,
  ...poolingRules,
  ...lossRules,
  ...recurrentRules,
  ...controlRules,
  ...randomRules,
  ...selectionRules,
};

/** The rule of an operator; undefined where there is none. */
export function inferenceRuleOf(op: string, domain: string): InferenceRule | undefined {
  const isOnnx = domain === '' || domain === 'ai.onnx';
  return isOnnx && Object.hasOwn(inferenceRules, op) ? inferenceRules[op] : undefined;
}
