import '../../packages/ui/src/page/styles/page.css';
import 'uplot/dist/uPlot.min.css';
import type { Chart, Contender, Task } from './contender.js';
import { lossCurves } from './data.js';
import { forgeChart } from './forge-chart.js';
import { afterPaint, finishPixels, untilPainted } from './painted.js';
import { alignedChart, facetedChart, joinedChart, joinedLines } from './uplot-chart.js';

const contenders = { forge: forgeChart, aligned: alignedChart, faceted: facetedChart, joined: joinedChart };
export type ContenderName = keyof typeof contenders;

export interface Settings {
  readonly curves: number;
  readonly points: number;
  readonly sameSteps: boolean;
  readonly hasCursor: boolean;
}

const size = { width: 1000, height: 400 };
/** Lines of a dense chart are one device pixel wide, as in the dashboard; others 1.5 CSS pixels. */
const mostWidePoints = 60_000;

function taskOf({ curves, points, sameSteps, hasCursor }: Settings): Task {
  const lineWidth = curves * points > mostWidePoints ? 1 / devicePixelRatio : 1.5;
  return { lines: lossCurves(curves, points, sameSteps), lineWidth, ...size, hasCursor };
}

/** Makes a chart, does something with it, and removes it. */
async function withChart<T>(
  name: ContenderName,
  task: Task,
  use: (chart: Chart, madeMs: number) => Promise<T>,
): Promise<T> {
  const host = document.body.appendChild(document.createElement('div'));
  const make: Contender = contenders[name];
  let chart: Chart | undefined;
  try {
    const ms = await untilPainted(task.lines.length, () => {
      chart = make(host, task);
    });
    // Charts listen to the pointer some time after they are drawn.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return await use(chart!, ms);
  } finally {
    chart?.remove();
    host.remove();
  }
}

const page = {
  /** Milliseconds from data in memory to pixels. */
  paint: (name: ContenderName, settings: Settings) => withChart(name, taskOf(settings), async (_, ms) => [ms]),

  /** Milliseconds of each frame of a zoom. */
  zoom: (name: ContenderName, settings: Settings, frames: number) =>
    withChart(name, taskOf(settings), async (chart) => {
      const samples: number[] = [];
      for (let frame = 1; frame <= frames; frame++) {
        const cut = (settings.points * frame) / (4 * frames);
        samples.push(await untilPainted(1, () => chart.zoom(cut, settings.points - cut)));
      }
      return samples;
    }),

  /** Milliseconds of each frame in which the pointer comes to another line. */
  hover: (name: ContenderName, settings: Settings, frames: number) =>
    withChart(name, taskOf(settings), async (chart) => {
      const samples: number[] = [];
      for (let frame = 0; frame < frames; frame++) {
        samples.push(await untilPainted(1, () => chart.hover(700, 210 + frame * 12)));
      }
      return samples;
    }),

  /** Milliseconds of an append with its pixels, the mean of all. */
  append: (name: ContenderName, settings: Settings, appends: number) =>
    withChart(name, taskOf(settings), async (chart) => {
      const start = performance.now();
      for (let at = 1; at <= appends; at++) {
        chart.append(settings.points + at, 1 + 0.1 * Math.sin(at / 10));
        await afterPaint();
        finishPixels();
      }
      return [(performance.now() - start) / appends];
    }),

  /** Milliseconds and cells of the table of `uPlot.join`. */
  join: (curves: number, points: number) => {
    const lines = lossCurves(curves, points, false);
    const start = performance.now();
    const table = joinedLines(lines);
    return { ms: performance.now() - start, cells: table.length * table[0].length };
  },
};

export type ChartPage = typeof page;
Object.assign(globalThis, { charts: page });
