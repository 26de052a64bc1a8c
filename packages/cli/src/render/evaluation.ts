import { printable } from '@forge-ml/core/text';
import type { Evaluation } from '../actions/evaluation.js';
import type { Colors } from '../terminal/colors.js';
import { formatStats } from '../terminal/numbers.js';

export function renderEvaluation(evaluation: Evaluation, colors: Colors): string {
  const { experiment, number, step, split, weights, metrics } = printable(evaluation);
  const which = weights === 'ema' ? ' (ema)' : '';
  return `${colors.bold(`${experiment}/${number}`)} at step ${step}  ${colors.bold(split)}${which}  ${formatStats(metrics)}`;
}
