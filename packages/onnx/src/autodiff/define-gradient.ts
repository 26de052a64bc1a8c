import { OnnxError } from '../errors/onnx-error.js';
import type { GradientRule } from './adjoints/rule.js';

/** A rule for one operator, to be passed to `gradients`. */
export interface DefinedGradient {
  readonly op: string;
  readonly rule: GradientRule;
}

/**
 * A gradient rule of your own, for an operator that has none, or in place of the one it has. It is used where it is
 * passed: `gradients(model, { of: 'loss', for: 'all', rules: [defineGradient('ReduceProd', rule)] })`.
 * @param op the operator; with its domain where it is not ONNX's own: `com.example.Foo`
 * @param rule gives the gradients of the node's inputs, given those of its outputs. A gradient may still have the
 * shape its input was broadcast to.
 * @throws OnnxError OPTION_UNKNOWN where one of them is missing
 */
export function defineGradient(op: string, rule: GradientRule): DefinedGradient {
  if (typeof op === 'string' && op !== '' && typeof rule === 'function') return { op, rule };
  throw new OnnxError('OPTION_UNKNOWN', 'defineGradient(op, rule) takes an operator and a function.', {
    about: String(op),
    hint: "For example: defineGradient('Foo', (node, [gradient]) => [ops.neg(gradient)]).",
  });
}
