import { render } from 'preact';
import type { ChartRun, Range } from '../../packages/ui/src/page/chart/chart-data.js';
import { CurveChart } from '../../packages/ui/src/page/chart/curve-chart.js';
import { growCurve } from '../../packages/ui/src/page/chart/grow-curve.js';
import { sharedCursor } from '../../packages/ui/src/page/chart/shared-cursor.js';
import type { Curve, CurvesOfRun, CurvesRequest, Line } from '../../packages/ui/src/protocol/curves.js';
import type { Contender } from './contender.js';

/** The chart of the dashboard, whole: with its legend, its crosshair, its table of values and its gestures. */
export const forgeChart: Contender = (host, { lines, width, height }) => {
  const cursor = sharedCursor();
  const runs = lines.map((_, at): ChartRun => {
    const label = `bench/${at + 1}`;
    return { id: label, label, color: at % 8, cycle: Math.floor(at / 8), resumes: [], checkpoints: [] };
  });
  let curves = lines.map((line, at) => curveOf(runs[at]!.id, line));
  let range: Range | null = null;
  host.style.width = `${width}px`;
  const draw = () =>
    render(
      <CurveChart
        title="loss"
        {...{ runs, curves, cursor, range, height }}
        axis="step"
        logX={false}
        logY={false}
        onRange={() => {}}
      />,
      host,
    );
  draw();
  return {
    zoom: (from, to) => {
      range = { from, to };
      draw();
    },
    hover: (left, top) => {
      const frame = host.querySelector('.chart-frame')!;
      const at = frame.getBoundingClientRect();
      const place = { clientX: at.left + left + 44, clientY: at.top + top + 10 };
      frame.dispatchEvent(new PointerEvent('pointermove', { ...place, bubbles: true, pointerType: 'mouse' }));
    },
    append: (x, y) => {
      const points = { step: [x], epoch: [0], time: [x * 1000], value: [y] };
      curves = [growCurve(curves[0]!, points, facts, request)];
      draw();
    },
    remove: () => render(null, host),
  };
};

const facts: CurvesOfRun = {
  ...{ run: 'bench/1', status: 'running', created: 0, resumes: [], checkpoints: [], end: null },
  ...{ stepsPerEpoch: null, cursor: 0 },
};
const request: CurvesRequest = {
  ...{ runs: ['bench/1'], metrics: ['train.loss'], axis: 'step', from: null, to: null, width: 1000 },
  ...{ logX: false, logY: false, smooth: 0 },
};

function curveOf(run: string, line: Line): Curve {
  const [x, value] = [line.x.at(-1)!, line.y.at(-1)!];
  const last = { x, step: x, epoch: 0, time: x * 1000, value };
  return {
    ...{ run, metric: 'train.loss', split: 'train', name: 'loss', direction: 'min', lines: [line], smoothed: null },
    ...{ notFinite: [], best: last, last, values: line.x.length, notPositive: 0 },
  };
}
