import type { Node } from '../../graph/ir/graph.js';
import { randomOperators } from '../../graph/ir/random-operators.js';

/**
 * Whether an operator may be computed again: it gives the same bits, and changes nothing. A batch norm in training
 * updates its statistics.
 */
export function isRepeatable({ op, domain, attributes }: Node): boolean {
  if (domain !== '') return true;
  const { training_mode: training } = attributes;
  return !randomOperators.has(op) && !(op === 'BatchNormalization' && training?.type === 'int' && training.value === 1);
}
