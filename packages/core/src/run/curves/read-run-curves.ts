import { join } from 'node:path';
import { findCheckpoints } from '../../checkpoint/store/checkpoint-folders.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Curve, CurveAxis } from '../../metrics/curves/curve.js';
import { CurveBuilder } from '../../metrics/curves/curve-builder.js';
import { StepsPerEpoch } from '../../metrics/curves/steps-per-epoch.js';
import { readMetricValues } from '../../metrics/log/read-values.js';
import { directionsOfRun, type MetricAddress, nameOfMetric, parseMetricAddress } from '../../metrics/metric-address.js';
import type { RunFolder } from '../folder/run-folder.js';
import { readRunRecord } from '../record/read-run-record.js';
import { type ShownStatus, shownStatus } from '../record/run-status.js';
import { unknownMetric } from './metrics-of-run.js';

export interface CurveOptions {
  /** Default: `step`. */
  readonly axis?: CurveAxis;
  /** Which axes are logarithmic: they show positive numbers only. Default: none. */
  readonly log?: 'x' | 'y' | 'xy' | null;
  /** The weight of the exponential average, as in TensorBoard: from 0 (none, default) to less than 1. */
  readonly smooth?: number;
  /** The fewest intervals that a long curve is divided into, at least its width in pixels. Default: 2000. */
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
 * Reads curves of a run from its `metrics.jsonl`, once for all metrics. Runs none of its code. The memory needed does not
 * grow with the file.
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
  const { created, resumes, directions, status, process } = await readRunRecord(run.path);
  const origin = Date.parse(created);
  const settings = {
    axis,
    log: { x: log?.includes('x') === true, y: log?.includes('y') === true },
    smooth,
    intervals,
    origin,
    resumed: resumes.map(({ time }) => Date.parse(time)),
  };
  const directionOf = directionsOfRun(directions);
  const builders = addresses.map((address) => {
    return new CurveBuilder(address, address.direction ?? directionOf(address.split, address.name), settings);
  });
  const epochs = new StepsPerEpoch();
  const seen = new Set<number>();
  await readMetricValues(join(run.path, 'metrics.jsonl'), addresses, (at, value) => {
    seen.add(at);
    epochs.add(value.step, value.epoch);
    builders[at]!.add(value);
  });
  const missing = addresses.findIndex((_, at) => !seen.has(at));
  if (missing >= 0) throw await unknownMetric(run, nameOfMetric(addresses[missing]!));
  const place = (step: number) => (axis === 'epoch' ? step / (epochs.value ?? Number.NaN) : step);
  const shown = (places: readonly number[]) =>
    places.filter((at) => Number.isFinite(at) && (at > 0 || !settings.log.x));
  const steps = axis === 'time' ? [] : [...(await findCheckpoints(join(run.path, 'checkpoints'))).keys()];
  return {
    run,
    status: shownStatus({ status, process }, run.path),
    curves: builders.map((builder) => builder.build(epochs.value)),
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
