import { inferenceRuleOf } from '../graph/infer/rules.js';
import { gradientRuleOf, stopsAt } from './gradient-rules.js';

/**
 * What can be done with an operator: it has a gradient; no gradient flows through it, as through a comparison; it is
 * computed, but has no gradient rule; it is unknown, so that not even the types of its outputs are known.
 */
export type OperatorSupport = 'differentiable' | 'no-gradient' | 'forward-only' | 'unknown';

/** @param domain `''` or `ai.onnx` for ONNX's own operators */
export function operatorSupport(op: string, domain: string): OperatorSupport {
  if (gradientRuleOf({ op, domain }) !== undefined) return 'differentiable';
  if (stopsAt({ op, domain })) return 'no-gradient';
  return inferenceRuleOf(op, domain) === undefined ? 'unknown' : 'forward-only';
}
