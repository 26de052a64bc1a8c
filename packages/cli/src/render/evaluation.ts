import type { Evaluation } from '../data/evaluation.js';
import type { Colors } from './colors.js';
import { formatStats } from './numbers.js';

export function renderEvaluation({ experiment, number, step, split, metrics }: Evaluation, colors: Colors): string {
  return `${colors.bold(`${experiment}/${number}`)} at step ${step}  ${colors.bold(split)}  ${formatStats(metrics)}`;
}
