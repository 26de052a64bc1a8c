import { formatCount, printable } from '@forge-ml/core/text';
import type { Prediction } from '../actions/prediction.js';
import type { RowPrediction } from '../actions/row-prediction.js';
import type { Colors } from '../terminal/colors.js';
import { shortPath } from '../terminal/paths.js';

export function renderPrediction(prediction: Prediction, colors: Colors): string {
  const { experiment, number, step, out, outputs } = printable(prediction);
  const described = Object.entries(outputs).map(([name, what]) => `${name} ${what}`);
  return `${colors.bold(`${experiment}/${number}`)} at step ${step}  ${described.join(', ')}  → ${shortPath(out)}`;
}

export function renderRowPrediction(prediction: RowPrediction, colors: Colors): string {
  const { experiment, number, step, out, rows, columns } = printable(prediction);
  const count = `${formatCount(rows)} row${rows === 1 ? '' : 's'}`;
  const shown = columns.length > 8 ? `${columns.slice(0, 8).join(', ')}, …` : columns.join(', ');
  return `${colors.bold(`${experiment}/${number}`)} at step ${step}  ${count}: ${shown}  → ${shortPath(out)}`;
}
