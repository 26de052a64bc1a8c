import { expect } from 'chai';
import fc from 'fast-check';
import type { Curve, CurveAxis, CurveLine } from '../curves/curve.js';
import { exponentialMean } from '../curves/exponential-mean.js';
import type { CurveView, RunTimes } from './curve-view.js';
import { MetricSeries } from './metric-series.js';
import { PixelGrid } from './pixel-grid.js';

const of = { metric: 'train.loss', split: 'train', name: 'loss', direction: 'min' } as const;
const plain: CurveView = { axis: 'step', log: { x: false, y: false }, smooth: 0, width: 10 };
const times: RunTimes = { stepsPerEpoch: undefined, origin: 0, resumed: [] };

interface Logged {
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
  readonly value: number;
}

function seriesOf(points: readonly Logged[]): MetricSeries {
  const series = new MetricSeries();
  for (const { step, epoch, time, value } of points) series.append(step, epoch, time, value);
  return series;
}

/** Steps one after another, each with a value. */
const counted = (values: readonly number[]): Logged[] =>
  values.map((value, at) => ({ step: at + 1, epoch: 0, time: 1000 * at, value }));

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 4, arbitrary: fc.double({ noNaN: true }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0),
);
/** From one value to the next: mostly forward, at times in place or back. */
const stride = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 5 }) }, fc.integer({ min: -3, max: 1000 }));
const ascending = fc.integer({ min: 0, max: 5 });
const points = fc
  .oneof(fc.constant(ascending), fc.constant(stride))
  .chain((strides) => fc.array(fc.tuple(strides, stride, value), { maxLength: 400, size: 'max' }))
  .map((steps) => {
    let [step, time] = [0, 1.7e12];
    return steps.map(([forward, seconds, value]): Logged => {
      step += forward;
      time += 500 * seconds;
      return { step, epoch: Math.floor(step / 50), time, value };
    });
  });
const view = fc.record({
  axis: fc.constantFrom<CurveAxis>('step', 'epoch', 'time'),
  log: fc.record({ x: fc.boolean(), y: fc.boolean() }),
  smooth: fc.constantFrom(0, 0, 0.9),
  width: fc.integer({ min: 1, max: 40 }),
  from: fc.option(fc.integer({ min: -20, max: 1000 }), { nil: undefined }),
  to: fc.option(fc.integer({ min: -20, max: 2000 }), { nil: undefined }),
});
const runTimes = fc.record({
  stepsPerEpoch: fc.constantFrom(undefined, 50),
  origin: fc.constant(1.7e12),
  resumed: fc
    .array(fc.integer({ min: 0, max: 1e6 }), { maxLength: 4 })
    .map((after) => after.map((ms) => 1.7e12 + ms).sort((a, b) => a - b)),
});

interface Placed {
  readonly x: number;
  readonly y: number;
}

/** All values by their places, as a drawing of all of them would have them. */
function placed(
  logged: readonly Logged[],
  values: readonly number[],
  { axis, log }: CurveView,
  at: RunTimes,
): Placed[] {
  const placeOf = ({ step, epoch, time }: Logged) => {
    if (axis === 'time') return (time - at.origin) / 1000;
    return axis === 'step' ? step : at.stepsPerEpoch === undefined ? epoch : step / at.stepsPerEpoch;
  };
  return logged
    .map((one, index) => ({ x: placeOf(one), y: values[index]! }))
    .filter(({ x }) => !log.x || x > 0)
    .sort((a, b) => a.x - b.x);
}

/** The first, last, lowest and highest value of each column of pixels, and whether its line leads to the one before. */
function columnsOf(lines: readonly (readonly Placed[])[], grid: PixelGrid) {
  const columns: { column: number; first: number; last: number; low: number; high: number; joined: boolean }[] = [];
  for (const line of lines) {
    const inside = line.filter(({ x }) => x >= grid.range.from && x <= grid.range.to);
    for (const [index, { x, y }] of inside.entries()) {
      const column = grid.columnOf(x);
      const before = columns.at(-1);
      if (before?.column === column) {
        Object.assign(before, { last: y, low: Math.min(before.low, y), high: Math.max(before.high, y) });
      } else columns.push({ column, first: y, last: y, low: y, high: y, joined: index > 0 });
    }
  }
  return columns;
}

const pointsOf = ({ x, y }: CurveLine): Placed[] => x.map((place, at) => ({ x: place, y: y[at]! }));

/** The lines between gaps that all values make. */
function linesOf(all: readonly Placed[], { axis, log }: CurveView, { origin, resumed }: RunTimes): Placed[][] {
  const lines: Placed[][] = [];
  let [before, gap] = [Number.NEGATIVE_INFINITY, true];
  for (const point of all) {
    const isResume = axis === 'time' && resumed.some((time) => between(before, (time - origin) / 1000, point.x));
    before = point.x;
    if (isResume) gap = true;
    if (!Number.isFinite(point.y) || (log.y && point.y <= 0)) {
      gap = true;
      continue;
    }
    if (gap) lines.push([]);
    gap = false;
    lines.at(-1)!.push(point);
  }
  return lines;
}

const between = (low: number, place: number, high: number) => low < place && place <= high;

function checkCurve(logged: readonly Logged[], curve: Curve, shown: CurveView, at: RunTimes): void {
  const mean = exponentialMean(shown.smooth);
  const drawn = [{ lines: curve.lines, values: logged.map((one) => one.value) }];
  if (curve.smoothed !== null) drawn.push({ lines: curve.smoothed, values: logged.map((one) => mean(one.value)) });
  for (const { lines, values } of drawn) {
    const all = placed(logged, values, shown, at);
    const from = shown.from === undefined || (shown.log.x && shown.from <= 0) ? all[0]?.x : shown.from;
    const to = shown.to ?? all.at(-1)?.x;
    if (from === undefined || to === undefined || from > to) {
      expect(lines).to.deep.equal([]);
      continue;
    }
    const grid = new PixelGrid({ from, to, width: shown.width, log: shown.log.x });
    const whole = linesOf(all, shown, at);
    expect(columnsOf(lines.map(pointsOf), grid)).to.deep.equal(columnsOf(whole, grid));
    const held = lines.reduce((sum, { x }) => sum + x.length, 0);
    expect(held).to.be.at.most(4 * shown.width + 2);
    checkEdges(lines.map(pointsOf), whole, from, to);
    const marks = (value: number) => all.filter(({ x, y }) => Object.is(y, value) && x >= from && x <= to);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const found = curve.notFinite.find((one) => one.value === String(value))?.x ?? [];
      expect(new Set(found.map((x) => grid.columnOf(x)))).to.deep.equal(
        new Set(marks(value).map(({ x }) => grid.columnOf(x))),
      );
      expect(found.length).to.be.at.most(2 * shown.width);
    }
  }
}

/** Each line that leads over an edge of what is drawn has its next point outside. */
function checkEdges(lines: readonly Placed[][], whole: readonly Placed[][], from: number, to: number): void {
  const outside = (of: readonly Placed[][]) =>
    of.flatMap((line) => {
      const [before, after] = [line.findLast(({ x }) => x < from), line.find(({ x }) => x > to)];
      const inside = line.some(({ x }) => x >= from && x <= to);
      return [...(before && (inside || after) ? [before] : []), ...(after && (inside || before) ? [after] : [])];
    });
  expect(outside(lines)).to.deep.equal(outside(whole));
}

describe('MetricSeries', () => {
  it('draws each column of pixels as all values do: any values, order, range, width and axes', () => {
    fc.assert(
      fc.property(points, view, runTimes, (logged, shown, at) => {
        checkCurve(logged, seriesOf(logged).curve(of, shown, at), shown, at);
      }),
      { numRuns: 600 },
    );
  });

  it('is the same when it grows in pieces, however often it was asked between them', () => {
    fc.assert(
      fc.property(points, view, runTimes, fc.array(fc.nat(100)), (logged, shown, at, pieces) => {
        const series = new MetricSeries();
        let from = 0;
        for (const length of [...pieces, logged.length]) {
          for (const one of logged.slice(from, from + length)) series.append(one.step, one.epoch, one.time, one.value);
          from += length;
          series.curve(of, shown, at);
        }
        expect(series.curve(of, shown, at)).to.deep.equal(seriesOf(logged).curve(of, shown, at));
      }),
      { numRuns: 300 },
    );
  });

  it('never loses an extreme of a long curve, in few points', () => {
    const values = Array.from({ length: 100_000 }, (_, at) =>
      at === 31_337 ? 1e9 : at === 77_777 ? -1e9 : Math.sin(at),
    );
    const { lines, best } = seriesOf(counted(values)).curve(of, { ...plain, width: 100 }, times);
    expect(lines).to.have.length(1);
    const { x, y } = lines[0]!;
    expect(x.length).to.be.within(100, 400);
    expect(x).to.include.members([1, 31_338, 77_778, 100_000]);
    for (const [at, place] of x.entries()) expect(y[at]).to.equal(values[place - 1]);
    expect([best?.step, best?.value]).to.deep.equal([77_778, -1e9]);
  });

  it('ends lines at NaN and infinities, marks them, and finds the best finite value', () => {
    const logged = counted([2, Number.NaN, 1, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 4]);
    const { lines, notFinite, best, last, values } = seriesOf(logged).curve(of, plain, times);
    expect(lines).to.deep.equal([
      { x: [1], y: [2] },
      { x: [3, 4], y: [1, 3] },
      { x: [7], y: [4] },
    ]);
    expect(notFinite).to.deep.equal([
      { value: 'NaN', x: [2] },
      { value: 'Infinity', x: [5] },
      { value: '-Infinity', x: [6] },
    ]);
    expect([best?.step, best?.value, last?.step, values]).to.deep.equal([3, 1, 7, 7]);
  });

  it('counts what a logarithmic axis cannot show, and leaves a gap there', () => {
    const logged = counted([1, 0, -2, 4, Number.NaN]).map((one) => ({ ...one, step: one.step - 1 }));
    const { lines, notPositive } = seriesOf(logged).curve(of, { ...plain, log: { x: true, y: true } }, times);
    expect(lines).to.deep.equal([{ x: [3], y: [4] }]);
    expect(notPositive).to.equal(3);
  });

  it('scales to epochs, and to seconds with a gap where training paused', () => {
    const logged = [5, 10, 15, 20].map((step) => ({ step, epoch: step > 10 ? 1 : 0, time: 1000 * step, value: step }));
    const series = seriesOf(logged);
    const x = (axis: CurveAxis, at: Partial<RunTimes>) =>
      series.curve(of, { ...plain, axis }, { ...times, ...at }).lines.map((line) => line.x);
    expect(x('epoch', { stepsPerEpoch: 10 })).to.deep.equal([[0.5, 1, 1.5, 2]]);
    expect(x('epoch', {})).to.deep.equal([[0, 0, 1, 1]]);
    expect(x('time', { origin: 1000, resumed: [12_000] })).to.deep.equal([
      [4, 9],
      [14, 19],
    ]);
  });

  it('smooths all values, also of a part of the curve', () => {
    const { lines, smoothed } = seriesOf(counted([1, 3])).curve(of, { ...plain, smooth: 0.5, from: 2 }, times);
    expect([lines[0]!.y, smoothed![0]!.y]).to.deep.equal([
      [1, 3],
      [1, (0.5 * 1 + 3) / 1.5],
    ]);
  });

  it('holds numbers exactly that are not whole, not small, or less than the first', () => {
    const numbers = [5, 3, 70_000, 2 ** 33, -1, 0.5, 2 ** 60, -(2 ** 60), Number.MAX_VALUE];
    const series = seriesOf(numbers.map((number) => ({ step: number, epoch: number, time: number, value: number })));
    for (const [at, number] of numbers.entries()) {
      expect(series.columns.at(at)).to.deep.equal({ step: number, epoch: number, time: number, value: number });
    }
  });
});
