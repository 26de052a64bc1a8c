import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import type { Curve, MetricValue } from '../../metrics/curves/curve.js';
import { nameOfMetric } from '../../metrics/metric-address.js';
import { type Limits, limitsFrom } from '../../train/loop/limits.js';
import { unknownMetric } from '../curves/metrics-of-run.js';
import { requireAddress } from '../curves/read-run-curves.js';
import type { RunFolder } from '../folder/run-folder.js';
import { readRunFlags } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';
import type { RunRecord } from '../record/run-record.js';
import { type ShownStatus, shownStatus } from '../record/run-status.js';
import { RunSeries } from '../series/run-series.js';
import { Pace } from './pace.js';

export interface FollowOptions {
  /** Addresses of the metrics to follow: the first that has values is shown. Default: valid.loss, train.loss. */
  readonly metrics?: readonly string[];
}

/** How far a run is. */
export interface RunProgress {
  readonly run: RunFolder;
  readonly status: ShownStatus;
  readonly reason: string | null;
  readonly step: number;
  readonly epoch: number;
  /** Its last step; null if it is not known yet. */
  readonly totalSteps: number | null;
  /** Estimated seconds until its last step; null while it is unknown, and once the run has ended. */
  readonly secondsLeft: number | null;
  /** When it last wrote into its folder, milliseconds since the Unix epoch. */
  readonly heartbeat: number;
  /** The followed metric; null while it has no values. */
  readonly curve: Curve | null;
}

/** More than the widest sparkline has characters. */
const width = 200;

/**
 * Follows a run by reading what is new in its folder. Writes nothing.
 * @throws ForgeError METRIC_INVALID
 */
export class FollowedRun {
  private readonly addresses;
  private readonly isDefault;
  private readonly series;
  private pace = new Pace();
  /** When the training that runs now started, milliseconds since the Unix epoch. */
  private resumed = 0;
  private latest: MetricValue | undefined;
  private limits: Limits | undefined;

  constructor(
    readonly run: RunFolder,
    options: FollowOptions = {},
  ) {
    checkOptions(options, ['metrics'], { of: 'new FollowedRun(run, options)' });
    this.isDefault = options.metrics === undefined;
    this.addresses = (options.metrics ?? ['valid.loss', 'train.loss']).map(requireAddress);
    this.series = new RunSeries(run.path, this.addresses, {
      read: (_metric, value) => this.receive(value),
      restart: () => this.restart(),
    });
  }

  /** Reads what is new. @throws ForgeError METRIC_INVALID if it ended without the metric; RUN_INVALID, FILE_SYSTEM */
  async poll(): Promise<RunProgress> {
    const { run } = this;
    const record = await readRunRecord(run.path);
    this.resumed = Date.parse(record.resumes.at(-1)?.time ?? record.created);
    await this.series.update();
    this.limits ??= await limitsOf(run.path);
    const status = shownStatus(record, run.path);
    const step = Math.max(record.step, this.latest?.step ?? 0);
    const totalSteps = this.totalSteps();
    const curve = await this.curve(record);
    // A run that trains may log it later.
    if (curve === null && !this.isDefault && status !== 'running') {
      throw await unknownMetric(run, nameOfMetric(this.addresses[0]!));
    }
    const beat = await stat(join(run.path, 'run.json'));
    return {
      run,
      status,
      reason: record.reason,
      step,
      epoch: Math.max(record.epoch, this.latest?.epoch ?? 0),
      totalSteps,
      secondsLeft: status === 'running' && totalSteps !== null ? this.pace.secondsUntil(totalSteps, Date.now()) : null,
      heartbeat: Math.max(beat.mtimeMs, this.series.written),
      curve,
    };
  }

  /** The first of the metrics that has values; null if none has. */
  private async curve(record: RunRecord): Promise<Curve | null> {
    for (const address of this.addresses) {
      const view = { axis: 'step', log: { x: false, y: false }, smooth: 0, width } as const;
      const curve = await this.series.curve(nameOfMetric(address), record, view, address.direction);
      if (curve !== undefined) return curve;
    }
    return null;
  }

  private receive(value: MetricValue): void {
    if (value.time >= this.resumed) this.pace.add(value.step, value.time);
    if (this.latest === undefined || value.step >= this.latest.step) this.latest = value;
  }

  private restart(): void {
    this.pace = new Pace();
    this.latest = undefined;
    this.limits = undefined;
  }

  /** Training ends at the first of its limits; null if it is not known yet. */
  private totalSteps(): number | null {
    if (this.limits === undefined) return null;
    const { steps, epochs } = this.limits;
    const total = Math.min(
      steps,
      epochs === Number.POSITIVE_INFINITY ? epochs : epochs * (this.series.stepsPerEpoch ?? Number.NaN),
    );
    return Number.isFinite(total) ? total : null;
  }
}

async function limitsOf(run: string): Promise<Limits> {
  const { steps, epochs } = await readRunFlags(run);
  const count = (value: unknown) => (typeof value === 'number' ? value : null);
  return limitsFrom({ steps: count(steps?.value), epochs: count(epochs?.value) });
}
