import {
  type CurvePoint as CorePoint,
  isForgeError,
  messageOf,
  type RunCurves,
  readRunCurves,
  timeKey,
} from '@forge-ml/core/runs';
import type { Curve, CurvePoint, Curves, CurvesOfRun, CurvesRequest, Line } from '../../protocol/curves.js';
import type { ShownRun, ShownRuns } from '../table/shown-runs.js';
import { endOfLines } from './end-of-lines.js';

/** Runs that are read at once: more would only take turns. */
const atOnce = 4;

/** The curves of several runs. A run that cannot be read does not prevent reading the others. */
export async function readCurves(shown: ShownRuns, request: CurvesRequest): Promise<Curves> {
  const runs: CurvesOfRun[] = [];
  const failed: { run: string; message: string }[] = [];
  const curves: Curve[] = [];
  const waiting = [...new Set(request.runs)];
  const results = new Map<string, readonly Curve[]>();
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        const run = shown.find(id);
        const read = await readRun(run, request);
        runs.push(read.run);
        results.set(id, read.curves);
      } catch (error) {
        failed.push({ run: id, message: isForgeError(error) ? error.message : messageOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  for (const id of request.runs) curves.push(...(results.get(id) ?? []));
  return { curves, runs, failed };
}

async function readRun(run: ShownRun, request: CurvesRequest): Promise<{ run: CurvesOfRun; curves: Curve[] }> {
  const { axis, logX, logY, smooth, width } = request;
  const cursor = await endOfLines(`${run.folder.path}/metrics.jsonl`);
  const created = run.values.get(timeKey) as number;
  const shift = axis === 'clock' ? created / 1000 : 0;
  const log = `${logX ? 'x' : ''}${logY ? 'y' : ''}` as '' | 'x' | 'y' | 'xy';
  const options = {
    axis: axis === 'clock' ? ('time' as const) : axis,
    log: log === '' ? null : log,
    smooth,
    intervals: Math.max(2, width),
  };
  const found: RunCurves[] = [];
  for (const metric of request.metrics) {
    try {
      found.push(await readRunCurves(run.folder, [metric], options));
    } catch (error) {
      if (!isForgeError(error) || error.code !== 'METRIC_INVALID') throw error;
    }
  }
  const curves = found.flatMap(({ curves }) =>
    curves.map((curve): Curve => {
      const line = ({ x, y }: { x: readonly number[]; y: readonly number[] }): Line => ({
        x: Float64Array.from(x, (value) => value + shift),
        y: Float64Array.from(y),
      });
      const point = (value: CorePoint | null): CurvePoint | null =>
        value === null ? null : { ...value, x: value.x + shift };
      return {
        ...curve,
        run: run.id,
        direction: curve.direction ?? null,
        lines: curve.lines.map(line),
        smoothed: curve.smoothed?.map(line) ?? null,
        notFinite: curve.notFinite.map(({ value, x }) => ({ value, x: x.map((at) => at + shift) })),
        best: point(curve.best),
        last: point(curve.last),
      };
    }),
  );
  const end = curves.reduce<CurvePoint | null>(
    (a, { last }) => (a === null || (last?.step ?? 0) > a.step ? last : a),
    null,
  );
  return {
    run: {
      run: run.id,
      status: run.values.get('status') as CurvesOfRun['status'],
      created,
      resumes: found[0]?.resumes.map((at) => at + shift) ?? [],
      checkpoints: found[0]?.checkpoints.map((at) => at + shift) ?? [],
      end,
      stepsPerEpoch: null,
      cursor,
    },
    curves,
  };
}
