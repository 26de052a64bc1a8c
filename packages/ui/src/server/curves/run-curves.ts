import { sep } from 'node:path';
import {
  type Curve as CoreCurve,
  type CurvePoint as CorePoint,
  findCheckpoints,
  isForgeError,
  type RunSeries,
  readRecordSync,
  shownStatus,
} from '@forge-ml/core/runs';
import type { Curve, CurvePoint, CurvesOfRun, CurvesRequest, Line } from '../../protocol/curves.js';
import type { ShownRun } from '../table/shown-runs.js';

export interface CurvesAndRun {
  readonly run: CurvesOfRun;
  readonly curves: readonly Curve[];
}

/** The curves of a run that it has. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function curvesOfRun(
  { id, folder }: ShownRun,
  series: RunSeries,
  request: CurvesRequest,
): Promise<CurvesAndRun> {
  const read = readRecordSync(folder.path, 'refuse');
  if (isForgeError(read)) throw read;
  const { record } = read;
  const created = Date.parse(record.created);
  // Clocks show the time axis of core, which starts with the run, at another place.
  const isClock = request.axis === 'clock';
  const shift = isClock ? created / 1000 : 0;
  const axis = isClock ? 'time' : request.axis;
  const bound = (value: number | null) => (value === null ? undefined : value - shift);
  const view = {
    axis,
    log: { x: request.logX && !isClock, y: request.logY },
    smooth: request.smooth,
    width: request.width,
    from: bound(request.from),
    to: bound(request.to),
  };
  const curves: Curve[] = [];
  for (const metric of request.metrics) {
    const curve = await series.curve(metric, record, view);
    if (curve !== undefined) curves.push(shown(id, curve, shift));
  }
  const { stepsPerEpoch = null } = series;
  const place = (step: number) => (axis === 'epoch' ? step / (stepsPerEpoch ?? Number.NaN) : step);
  const visible = (places: readonly number[]) => places.filter((at) => Number.isFinite(at) && (at > 0 || !view.log.x));
  // Of checkpoints only the steps are known.
  const steps = axis === 'time' ? [] : [...(await findCheckpoints(`${folder.path}${sep}checkpoints`)).keys()];
  const resumes = record.resumes.map(({ time, step }) => {
    return axis === 'time' ? (Date.parse(time) - created) / 1000 + shift : place(step);
  });
  return {
    run: {
      run: id,
      status: shownStatus(record, folder.path),
      created,
      resumes: visible(resumes),
      checkpoints: visible(steps.sort((a, b) => a - b).map(place)),
      end: lastOf(curves),
      stepsPerEpoch,
      cursor: series.end,
    },
    curves,
  };
}

function lastOf(curves: readonly Curve[]): CurvePoint | null {
  let end: CurvePoint | null = null;
  for (const { last } of curves) if (last !== null && (end === null || last.step > end.step)) end = last;
  return end;
}

function shown(run: string, curve: CoreCurve, shift: number): Curve {
  const line = ({ x, y }: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }): Line => ({
    x: shift === 0 ? Float64Array.from(x) : Float64Array.from(x, (value) => value + shift),
    y: Float64Array.from(y),
  });
  const point = (value: CorePoint | null): CurvePoint | null => {
    return value === null ? null : { ...value, x: value.x + shift };
  };
  return {
    ...curve,
    run,
    direction: curve.direction ?? null,
    lines: curve.lines.map(line),
    smoothed: curve.smoothed?.map(line) ?? null,
    notFinite: curve.notFinite.map(({ value, x }) => ({ value, x: x.map((at) => at + shift) })),
    best: point(curve.best),
    last: point(curve.last),
  };
}
