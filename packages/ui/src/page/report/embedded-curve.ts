import { MetricSeries } from '@forge-ml/core/curves';
import type { Curve, CurvesRequest, Line } from '../../protocol/curves.js';
import type { ReportedCurve, ReportedRun } from '../../protocol/report-content.js';
import { decodePoints } from './decode-points.js';

type View = Pick<CurvesRequest, 'axis' | 'from' | 'to' | 'width' | 'logX' | 'logY' | 'smooth'>;

/** A curve of a report, drawn by the same code as the curves of the server. */
export class EmbeddedCurve {
  private readonly series = new MetricSeries();

  constructor(
    private readonly run: ReportedRun,
    private readonly reported: ReportedCurve,
  ) {
    const { step, epoch, time, value } = decodePoints(reported.points);
    for (let at = 0; at < value.length; at++) this.series.append(step[at]!, epoch[at]!, time[at]!, value[at]!);
  }

  draw({ axis, from, to, width, logX, logY, smooth }: View): Curve {
    const { metric, split, name, direction, values } = this.reported;
    const { view, resumes, stepsPerEpoch } = this.run;
    const curve = this.series.curve(
      { metric, split, name, direction: direction ?? undefined },
      {
        axis: axis === 'clock' ? 'time' : axis,
        log: { x: logX, y: logY },
        ...{ smooth, width, from: from ?? undefined, to: to ?? undefined },
      },
      {
        stepsPerEpoch: stepsPerEpoch ?? undefined,
        origin: axis === 'clock' ? 0 : view.created,
        resumed: resumes.map(({ time }) => time),
      },
    );
    return {
      ...curve,
      run: view.id,
      direction,
      lines: curve.lines.map(typed),
      smoothed: curve.smoothed?.map(typed) ?? null,
      values,
    };
  }
}

function typed({ x, y }: { readonly x: readonly number[]; readonly y: readonly number[] }): Line {
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}
