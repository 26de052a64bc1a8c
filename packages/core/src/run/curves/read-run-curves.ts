import { join } from 'node:path';
import { findCheckpoints } from '../../checkpoint/store/checkpoint-folders.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Curve, CurveAxis } from '../../metrics/curves/curve.js';
import { type MetricAddress, nameOfMetric, parseMetricAddress } from '../../metrics/metric-address.js';
import type { RunFolder } from '../folder/run-folder.js';
import { readRunRecord } from '../record/read-run-record.js';
import { type ShownStatus, shownStatus } from '../record/run-status.js';
import { openRunSeries } from '../series/open-run-series.js';
import { unknownMetric } from './metrics-of-run.js';

export interface CurveOptions {
  /** Default: `step`. */
  readonly axis?: CurveAxis;
  /** Which axes are logarithmic: they show positive numbers only. Default: none. */
  readonly log?: 'x' | 'y' | 'xy' | null;
  /** The weight of the exponential average, as in TensorBoard: from 0 (none, default) to less than 1. */
  readonly smooth?: number;
  /** The intervals that a long curve is divided into, at least its width in pixels. Default: 2000. */
  readonly intervals?: number;
}

/** The curves of a run, with what happened to it on the same axis. */
export interface RunCurves {
  readonly run: RunFolder;
  readonly status: ShownStatus;
  readonly curves: readonly Curve[];
  /** Where the run was resumed. */
  readonly resumes: readonly number[];
  /** Where it has checkpoints; none on the time axis, as only their steps are known. */
  readonly checkpoints: readonly number[];
}

/**
 * Reads curves of a run from its `metrics.jsonl`, or from a cache of its values. Runs none of its code.
 * @param metrics addresses such as `valid.loss`, or `valid.score:max` to give a direction
 * @throws ForgeError METRIC_INVALID for text that is no address, or a metric that the run does not have; RUN_INVALID,
 * FILE_SYSTEM
 */
export async function readRunCurves(
  run: RunFolder,
  metrics: readonly string[],
  options: CurveOptions = {},
): Promise<RunCurves> {
  checkOptions(options, ['axis', 'log', 'smooth', 'intervals'], { of: 'readRunCurves(run, metrics, options)' });
  const { axis = 'step', log, smooth = 0, intervals = 2000 } = options;
  const addresses = metrics.map(requireAddress);
  const record = await readRunRecord(run.path);
  const { created, resumes, status, process } = record;
  const origin = Date.parse(created);
  const shownLog = { x: log?.includes('x') === true, y: log?.includes('y') === true };
  const series = await openRunSeries(run.path);
  const curves: Curve[] = [];
  for (const address of addresses) {
    const view = { axis, log: shownLog, smooth, width: intervals };
    const curve = await series.curve(nameOfMetric(address), record, view, address.direction);
    if (curve === undefined) throw await unknownMetric(run, nameOfMetric(address));
    curves.push(curve);
  }
  const place = (step: number) => (axis === 'epoch' ? step / (series.stepsPerEpoch ?? Number.NaN) : step);
  const shown = (places: readonly number[]) => places.filter((at) => Number.isFinite(at) && (at > 0 || !shownLog.x));
  const steps = axis === 'time' ? [] : [...(await findCheckpoints(join(run.path, 'checkpoints'))).keys()];
  return {
    run,
    status: shownStatus({ status, process }, run.path),
    curves,
    resumes: shown(
      resumes.map(({ time, step }) => (axis === 'time' ? (Date.parse(time) - origin) / 1000 : place(step))),
    ),
    checkpoints: shown(steps.sort((a, b) => a - b).map(place)),
  };
}

/** @throws ForgeError METRIC_INVALID */
export function requireAddress(text: string): MetricAddress {
  const address = parseMetricAddress(text);
  if (address !== undefined) return address;
  throw new ForgeError('METRIC_INVALID', `"${text}" is not the address of a metric.`, {
    about: text,
    hint: 'Write SPLIT.METRIC, such as valid.loss, or valid.score:max to give a direction.',
  });
}
