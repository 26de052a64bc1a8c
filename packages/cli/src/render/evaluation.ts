import { printable } from '@forge-ml/core/text';
import type { Evaluation } from '../actions/evaluation.js';
import type { Colors } from '../terminal/colors.js';
import { formatStats } from '../terminal/numbers.js';

export function renderEvaluation(evaluation: Evaluation, colors: Colors): string {
  const { experiment, number, step, split, metrics } = printable(evaluation);
  return `${colors.bold(`${experiment}/${number}`)} at step ${step}  ${colors.bold(split)}  ${formatStats(metrics)}`;
}
