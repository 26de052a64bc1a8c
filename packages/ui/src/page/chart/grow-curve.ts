import type { Axis, Curve, CurvePoint, CurvesOfRun, CurvesRequest, Line } from '../../protocol/curves.js';
import type { LivePoints } from '../../protocol/live.js';
import { continuedMean } from './continued-mean.js';

/**
 * A curve with the new values of a run that trains. If the part that was asked for ends before the end of the curve, only
 * its last, best and count change.
 * @param overlaps whether some of the values may be in the curve already: those up to its last step are skipped
 */
export function growCurve(
  curve: Curve,
  points: LivePoints,
  facts: CurvesOfRun,
  request: CurvesRequest,
  overlaps = false,
): Curve {
  const known = overlaps && curve.last !== null ? curve.last.step : Number.NEGATIVE_INFINITY;
  let first = 0;
  while (first < points.step.length && points.step[first]! <= known) first++;
  if (first === points.step.length) return curve;
  const reachesEnd = request.to === null || curve.last === null || request.to >= curve.last.x;
  const raw = new LineEnd(curve.lines, curve.last, request);
  const smoothed = curve.smoothed === null ? undefined : new LineEnd(curve.smoothed, curve.last, request);
  const mean = continuedMean(request.smooth, curve);
  const notFinite = curve.notFinite.map(({ value, x }) => ({ value, x: [...x] }));
  let { best, last, notPositive } = curve;
  for (let at = first; at < points.step.length; at++) {
    last = pointOf(points, at, request.axis, facts);
    if (isBetter(last, best, curve.direction)) best = last;
    const { x, value } = last;
    if ((request.logX && x <= 0) || (request.logY && value <= 0)) notPositive++;
    if (!reachesEnd) continue;
    raw.add(x, value);
    smoothed?.add(x, mean(value));
    if (!Number.isFinite(value)) mark(notFinite, String(value), x);
  }
  return {
    ...curve,
    lines: raw.lines(),
    smoothed: smoothed?.lines() ?? null,
    notFinite,
    best,
    last,
    values: curve.values + points.step.length - first,
    notPositive,
  };
}

function pointOf({ step, epoch, time, value }: LivePoints, at: number, axis: Axis, facts: CurvesOfRun): CurvePoint {
  const point = { step: step[at]!, epoch: epoch[at]!, time: time[at]!, value: value[at]! };
  return { x: placeOf(point, axis, facts), ...point };
}

function placeOf(point: Omit<CurvePoint, 'x'>, axis: Axis, { created, stepsPerEpoch }: CurvesOfRun): number {
  switch (axis) {
    case 'step':
      return point.step;
    case 'epoch':
      return stepsPerEpoch === null ? point.epoch : point.step / stepsPerEpoch;
    case 'time':
      return (point.time - created) / 1000;
    case 'clock':
      return point.time / 1000;
  }
}

function isBetter({ value }: CurvePoint, best: CurvePoint | null, direction: Curve['direction']): boolean {
  if (direction === null || !Number.isFinite(value)) return false;
  return best === null || (direction === 'min' ? value < best.value : value > best.value);
}

function mark(notFinite: { value: 'NaN' | 'Infinity' | '-Infinity'; x: number[] }[], value: string, x: number): void {
  const kind = value as 'NaN' | 'Infinity' | '-Infinity';
  const places = notFinite.find((marks) => marks.value === kind)?.x;
  if (places === undefined) notFinite.push({ value: kind, x: [x] });
  else places.push(x);
}

/** The end of lines, where points are added. */
class LineEnd {
  /** The first of them continues the last line, unless that ended in a gap. */
  private readonly added: { x: number[]; y: number[] }[] = [];
  private readonly continues: boolean;
  private isOpen: boolean;

  constructor(
    private readonly before: readonly Line[],
    last: CurvePoint | null,
    private readonly log: Pick<CurvesRequest, 'logX' | 'logY'>,
  ) {
    this.continues = before.length > 0 && last !== null && isDrawn(last.x, last.value, log);
    this.isOpen = this.continues;
    if (this.continues) this.added.push({ x: [], y: [] });
  }

  add(x: number, y: number): void {
    if (!isDrawn(x, y, this.log)) {
      this.isOpen = false;
      return;
    }
    if (!this.isOpen) this.added.push({ x: [], y: [] });
    this.isOpen = true;
    this.added.at(-1)!.x.push(x);
    this.added.at(-1)!.y.push(y);
  }

  lines(): readonly Line[] {
    const added = this.added.map(({ x, y }) => ({ x: Float64Array.from(x), y: Float64Array.from(y) }));
    if (!this.continues) return [...this.before, ...added];
    const [next, ...rest] = added;
    return [...this.before.slice(0, -1), joined(this.before.at(-1)!, next!), ...rest];
  }
}

/** Other values are gaps. */
function isDrawn(x: number, y: number, { logX, logY }: Pick<CurvesRequest, 'logX' | 'logY'>): boolean {
  return Number.isFinite(y) && (!logX || x > 0) && (!logY || y > 0);
}

function joined(a: Line, b: Line): Line {
  return { x: concat(a.x, b.x), y: concat(a.y, b.y) };
}

function concat(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
