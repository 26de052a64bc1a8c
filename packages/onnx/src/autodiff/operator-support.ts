import { microsoftExpansions, standardExpansions } from '../decompose/expand.js';
import { inferenceRuleOf } from '../graph/infer/rules.js';
import { gradientRuleOf, stopsAt } from './gradient-rules.js';

/**
 * What can be done with an operator: it has a gradient; no gradient flows through it, as through a comparison; it is
 * computed, but has no gradient rule; it is unknown, so that not even the types of its outputs are known.
 */
export type OperatorSupport = 'differentiable' | 'no-gradient' | 'forward-only' | 'unknown';

/** @param domain `''` or `ai.onnx` for ONNX's own operators */
export function operatorSupport(op: string, domain: string): OperatorSupport {
  if (gradientRuleOf({ op, domain }) !== undefined || isExpanded(op, domain)) return 'differentiable';
  if (stopsAt({ op, domain })) return 'no-gradient';
  return inferenceRuleOf(op, domain) === undefined ? 'unknown' : 'forward-only';
}

/** Whether training expands it into operators that have gradients. */
function isExpanded(op: string, domain: string): boolean {
  if (domain === 'com.microsoft') return Object.hasOwn(microsoftExpansions, op);
  return (domain === '' || domain === 'ai.onnx') && Object.hasOwn(standardExpansions, op);
}
