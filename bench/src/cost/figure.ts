import { curvesFigure, plotOf } from '@forge-ml/plot';
import type { CostPoint } from './measure.js';

const inches = 5;
const metric = 'ms a step';

/** The time of a step against one size, on logarithmic axes, as SVG. @param xTitle what the size is */
export function costFigure(points: readonly CostPoint[], sizeOf: (point: CostPoint) => number, xTitle: string): string {
  const curveOf = (timeOf: (point: CostPoint) => number) => ({
    metric,
    split: 'train',
    name: metric,
    direction: undefined,
    lines: [{ x: points.map(sizeOf), y: points.map(timeOf) }],
    smoothed: null,
    notFinite: [],
    best: null,
    last: null,
    values: points.length,
    notPositive: 0,
  });
  const source = (name: string, color: 0 | 1, timeOf: (point: CostPoint) => number) => ({
    name,
    color: { color, cycle: 0 },
    curves: [curveOf(timeOf)],
    resumes: [],
    checkpoints: [],
  });
  const lines = [
    source('Forge, onnx', 0, ({ forge }) => forge),
    source('PyTorch, fastest mode', 1, ({ torch }) => torch),
  ];
  const plot = plotOf(lines, { axis: 'step', log: { x: true, y: true } });
  const panels = plot.panels.map((panel) => ({ ...panel, title: `${metric}, log scale` }));
  return curvesFigure({ ...plot, xTitle: `${xTitle}, log scale`, panels }, inches);
}
