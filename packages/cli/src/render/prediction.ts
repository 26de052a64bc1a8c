import { printable } from '@forge-ml/core/text';
import type { Prediction } from '../actions/prediction.js';
import type { Colors } from '../terminal/colors.js';
import { shortPath } from '../terminal/paths.js';

export function renderPrediction(prediction: Prediction, colors: Colors): string {
  const { experiment, number, step, out, outputs } = printable(prediction);
  const described = Object.entries(outputs).map(([name, what]) => `${name} ${what}`);
  return `${colors.bold(`${experiment}/${number}`)} at step ${step}  ${described.join(', ')}  → ${shortPath(out)}`;
}
