import type { Axis, CurvePoint, CurvesOfRun, CurvesRequest } from '../../protocol/curves.js';
import type { ReportedRun } from '../../protocol/report-content.js';

/** What happened to a run, on an axis. @param last the last points of its curves */
export function eventsOf(
  run: ReportedRun,
  { axis, logX }: Pick<CurvesRequest, 'axis' | 'logX'>,
  last: readonly CurvePoint[],
): CurvesOfRun {
  const { id, status, created, checkpoints } = run.view;
  const place = placeOn(axis, run);
  const shown = (places: readonly number[]) => places.filter((x) => Number.isFinite(x) && (!logX || x > 0));
  return {
    ...{ run: id, status, created },
    resumes: shown(run.resumes.map(place)),
    checkpoints: shown(checkpoints.map(({ step, time }) => place({ step, time: time ?? Number.NaN }))),
    end: last.reduce<CurvePoint | null>((end, point) => (end === null || point.step > end.step ? point : end), null),
    stepsPerEpoch: run.stepsPerEpoch,
    cursor: 0,
  };
}

/** The place of an event, in the unit of the axis; NaN if that is unknown. */
function placeOn(axis: Axis, { view, stepsPerEpoch }: ReportedRun) {
  return ({ step, time }: { readonly step: number; readonly time: number }): number => {
    if (axis === 'step') return step;
    if (axis === 'epoch') return step / (stepsPerEpoch ?? Number.NaN);
    return (time - (axis === 'clock' ? 0 : view.created)) / 1000;
  };
}
