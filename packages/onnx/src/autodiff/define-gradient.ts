import { OnnxError } from '../errors/onnx-error.js';
import type { GradientRule } from './adjoints/rule.js';

/** A rule for one operator, to be passed to `gradients`. */
export interface DefinedGradient {
  readonly op: string;
  readonly rule: GradientRule;
}

/**
 * A custom gradient rule, for an operator that has none or to replace a built-in one. It applies only where it is
 * passed: `gradients(model, { of: 'loss', for: 'all', rules: [defineGradient('com.example.Foo', rule)] })`.
 * @param op the operator, with its domain unless that is ONNX's: `com.example.Foo`
 * @param rule returns the gradients of the node's inputs, given those of its outputs. A gradient may have the shape its
 * input was broadcast to.
 * @throws OnnxError OPTION_UNKNOWN if the operator or the rule is missing
 */
export function defineGradient(op: string, rule: GradientRule): DefinedGradient {
  if (typeof op === 'string' && op !== '' && typeof rule === 'function') return { op, rule };
  throw new OnnxError('OPTION_UNKNOWN', 'defineGradient(op, rule) takes an operator and a function.', {
    about: String(op),
    hint: "For example: defineGradient('Foo', (node, [gradient]) => [ops.neg(gradient)]).",
  });
}
