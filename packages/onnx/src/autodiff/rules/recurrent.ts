import { expandRecurrent } from '../../decompose/recurrent.js';
import type { GradientRule, GradientRules } from '../adjoints/rule.js';

/**
 * LSTM, GRU and RNN, through their decomposition. This recomputes the forward pass, so expand a model before training
 * it.
 */
const recurrent: GradientRule = (node, gradients, { pullback }) => {
  const outputs = expandRecurrent(node)!;
  const seeds = new Map(outputs.flatMap((value, at) => (gradients[at] ? [[value, gradients[at]] as const] : [])));
  const inputs = node.inputs.filter((value) => value !== null);
  const found = pullback(seeds, inputs);
  return node.inputs.map((value) => (value === null ? null : (found[inputs.indexOf(value)] ?? null)));
};

export const recurrentRules: GradientRules = { LSTM: recurrent, GRU: recurrent, RNN: recurrent };
