import { printable, printableText } from '@forge-ml/core/text';
import type { Evaluation } from '../actions/evaluation.js';
import type { Colors } from '../terminal/colors.js';
import { formatStats } from '../terminal/numbers.js';
import { renderMetricTable } from './metric-table.js';

/** The metrics of a split on a line, and the tables below. @param width in terminal columns */
export function renderEvaluation(evaluation: Evaluation, colors: Colors, width: number): string {
  const { experiment, number, step, split, weights, metrics } = printable(evaluation);
  const place = `${colors.bold(`${experiment}/${number}`)} at step ${step}`;
  const line = `${place}  ${colors.bold(split)}${weights === 'ema' ? ' (ema)' : ''}  ${formatStats(metrics)}`;
  const tables = Object.entries(evaluation.tables).map(([name, table]) =>
    renderMetricTable(name, table, colors, width),
  );
  const hidden = Object.entries(evaluation.media).filter(([name]) => !Object.hasOwn(evaluation.tables, name));
  const names = hidden.map(([name, kind]) => `${printableText(name)} (${kind})`).join(', ');
  const note = hidden.length === 0 ? [] : [colors.dim(`Logged by training, not shown here: ${names}`)];
  return [line, ...tables, ...note].join('\n\n');
}
