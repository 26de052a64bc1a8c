import { expandForGradients, microsoftExpansions, standardExpansions } from '../../decompose/expand.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import type { GradientRule, GradientRules } from '../adjoints/rule.js';

/**
 * Operators that are differentiated through their expansion. This computes the forward pass twice, so expand a model
 * (`expandForGradients`) before training it.
 */
const throughExpansion: GradientRule = (node, gradients, { pullback }) => {
  const outputs = expandForGradients(node);
  if (!outputs) {
    throw notDifferentiable(node, 'it is of an opset that is not supported', 'Export the model with a newer opset.');
  }
  const seeds = new Map(outputs.flatMap((value, at) => (gradients[at] ? [[value, gradients[at]] as const] : [])));
  // A value that is several inputs, as in self-attention, gets its whole gradient once.
  const inputs = [...new Set(node.inputs.filter((value) => value !== null))];
  const found = pullback(seeds, inputs);
  return node.inputs.map((value, at) =>
    value !== null && node.inputs.indexOf(value) === at ? (found[inputs.indexOf(value)] ?? null) : null,
  );
};

function rulesFor(expansions: object): GradientRules {
  return Object.fromEntries(Object.keys(expansions).map((op) => [op, throughExpansion]));
}

export const expandedRules: GradientRules = rulesFor(standardExpansions);
export const microsoftExpandedRules: GradientRules = rulesFor(microsoftExpansions);
