import { runPalette } from '@forge-ml/plot';
import uPlot from 'uplot';
import { firstAt } from '../../packages/ui/src/page/chart/extents.js';
import type { Line } from '../../packages/ui/src/protocol/curves.js';
import type { Chart, Contender, Task } from './contender.js';

/** Mode 1: all lines have the same places, those of the first one. */
export const alignedChart: Contender = (host, task) => {
  const [first] = task.lines;
  const data = [first!.x, ...task.lines.map(({ y }) => y)];
  // Arrays that grow in place: the fastest way to append.
  const growing = task.lines.length === 1 ? [Array.from(first!.x), Array.from(first!.y)] : undefined;
  const series = [{}, ...task.lines.map((_, at) => seriesOf(at, task))];
  const plot = new uPlot({ ...options(task), mode: 1, series }, (growing ?? data) as uPlot.AlignedData, host);
  return chartOf(plot, (x, y) => {
    growing![0]!.push(x);
    growing![1]!.push(y);
    plot.setData(growing as uPlot.AlignedData);
  });
};

/** Mode 1 for lines with places of their own: `uPlot.join` fills a table with a row for each place of any line. */
export const joinedChart: Contender = (host, task) => {
  const data = joinedLines(task.lines);
  const series = [{}, ...task.lines.map((_, at) => ({ ...seriesOf(at, task), spanGaps: true }))];
  return chartOf(new uPlot({ ...options(task), mode: 1, series }, data, host));
};

export function joinedLines(lines: readonly Line[]): uPlot.AlignedData {
  // JoinNullMode.Remove, which is for lines that span gaps.
  return uPlot.join(
    lines.map(({ x, y }) => [x, y]),
    lines.map(() => [0, 0]),
  );
}

/** Mode 2: each line has its own places. uPlot has no lines and no search for the nearest point here: both are ours. */
export const facetedChart: Contender = (host, task) => {
  const data = [null, ...task.lines.map(({ x, y }) => [Array.from(x), Array.from(y)])];
  const facets = [
    { scale: 'x', auto: true, sorted: 1 as const },
    { scale: 'y', auto: true },
  ];
  const series = [{}, ...task.lines.map((_, at) => ({ ...seriesOf(at, task), facets, paths: linePath }))];
  const settings = options(task);
  const dataIdx: uPlot.Cursor.DataIdxRefiner = (self, of, _, __) => {
    const x = task.lines[of - 1]!.x;
    const place = self.posToVal(self.cursor.left!, 'x');
    const after = firstAt(x, place);
    return after > 0 && !(x[after]! - place < place - x[after - 1]!) ? after - 1 : after;
  };
  const cursor = task.hasCursor ? { ...settings.cursor, dataIdx } : settings.cursor!;
  const plot = new uPlot({ ...settings, mode: 2, cursor, series }, data as unknown as uPlot.AlignedData, host);
  return chartOf(plot, (x, y) => {
    const [xs, ys] = data[1]! as [number[], number[]];
    xs.push(x);
    ys.push(y);
    plot.setData(data as unknown as uPlot.AlignedData);
  });
};

function options({ width, height, hasCursor }: Task) {
  return {
    ...{ width, height, pxAlign: 0, legend: { show: false }, scales: { x: { time: false } }, focus: { alpha: 0.2 } },
    cursor: hasCursor
      ? { points: { one: true }, focus: { prox: 24 }, drag: { setScale: false } }
      : { show: false, drag: { setScale: false } },
  } satisfies Partial<uPlot.Options>;
}

function seriesOf(at: number, { lineWidth: width }: Task): uPlot.Series {
  return { stroke: runPalette[at % 8]!.light, width, pxAlign: 0, points: { show: false } };
}

/** As many operations for each point as the chart of the dashboard has. */
const linePath: uPlot.Series.PathBuilder = (plot, of, from, to) => {
  const stroke = new Path2D();
  uPlot.orient(plot, of, (_, xs, ys, across, up, __, ___, left, top, width, height) => {
    const wide = width / (across.max! - across.min!);
    const high = height / (up.max! - up.min!);
    const [low, bottom] = [across.min!, top + height + up.min! * high];
    for (let at = from; at <= to; at++) stroke.lineTo(left + (xs[at]! - low) * wide, bottom - ys[at]! * high);
  });
  return { stroke, fill: null, clip: null, band: null, gaps: null, flags: 0 } as unknown as uPlot.Series.Paths;
};

function chartOf(plot: uPlot, append: Chart['append'] = () => {}): Chart {
  return {
    zoom: (min, max) => plot.setScale('x', { min, max }),
    hover: (left, top) => {
      const at = plot.over.getBoundingClientRect();
      const place = { clientX: at.left + left, clientY: at.top + top };
      plot.over.dispatchEvent(new MouseEvent('mousemove', { ...place, bubbles: true }));
    },
    append,
    remove: () => plot.destroy(),
  };
}
