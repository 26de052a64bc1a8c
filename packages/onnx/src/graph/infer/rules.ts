import { attentionRules } from './attention.js';
import { controlRules } from './control.js';
import type { InferenceRule } from './draft.js';
import { elementwiseRules } from './elementwise.js';
import { gridSampleRules } from './grid-sample.js';
import { indexingRules } from './indexing.js';
import { linearRules } from './linear.js';
import { lossRules } from './loss.js';
import { microsoftFusedRules } from './microsoft.js';
import { normalizationRules } from './normalization.js';
import { poolingRules } from './pooling.js';
import { microsoftQuantizedRules, quantizedRules } from './quantized.js';
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
  ...quantizedRules,
  ...attentionRules,
  ...gridSampleRules,
  ...controlRules,
  ...randomRules,
  ...selectionRules,
};

/** The inference rule of each operator of ONNX Runtime's own domain. */
export const microsoftRules: Readonly<Record<string, InferenceRule>> = {
  ...microsoftQuantizedRules,
  ...microsoftFusedRules,
};

/** The rule of an operator; undefined where there is none. */
export function inferenceRuleOf(op: string, domain: string): InferenceRule | undefined {
  const isOnnx = domain === '' || domain === 'ai.onnx';
  const rules = isOnnx ? inferenceRules : domain === 'com.microsoft' ? microsoftRules : {};
  return Object.hasOwn(rules, op) ? rules[op] : undefined;
}
