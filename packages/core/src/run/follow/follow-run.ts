import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import type { Curve } from '../../metrics/curves/curve.js';
import { CurveBuilder } from '../../metrics/curves/curve-builder.js';
import { StepsPerEpoch } from '../../metrics/curves/steps-per-epoch.js';
import { type MetricValue, readMetricValues } from '../../metrics/log/read-values.js';
import { directionsOfRun, nameOfMetric } from '../../metrics/metric-address.js';
import { type Limits, limitsFrom } from '../../train/loop/limits.js';
import { unknownMetric } from '../curves/metrics-of-run.js';
import { requireAddress } from '../curves/read-run-curves.js';
import type { RunFolder } from '../folder/run-folder.js';
import { readRunFlags } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';
import type { RunRecord } from '../record/run-record.js';
import { type ShownStatus, shownStatus } from '../record/run-status.js';
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
const intervals = 200;

/**
 * Follows a run by reading what is new in its folder. Writes nothing.
 * @throws ForgeError METRIC_INVALID
 */
export class FollowedRun {
  private readonly addresses;
  private readonly isDefault;
  private builders: CurveBuilder[] = [];
  private epochs = new StepsPerEpoch();
  private pace = new Pace();
  /** What was read of the metrics: the file, and the end in bytes. */
  private read = { inode: -1, end: 0 };
  private latest: MetricValue | undefined;
  private limits: Limits | undefined;

  constructor(
    readonly run: RunFolder,
    options: FollowOptions = {},
  ) {
    checkOptions(options, ['metrics'], { of: 'new FollowedRun(run, options)' });
    this.isDefault = options.metrics === undefined;
    this.addresses = (options.metrics ?? ['valid.loss', 'train.loss']).map(requireAddress);
  }

  /** Reads what is new. @throws ForgeError METRIC_INVALID if it ended without the metric; RUN_INVALID, FILE_SYSTEM */
  async poll(): Promise<RunProgress> {
    const { run } = this;
    const record = await readRunRecord(run.path);
    const written = await this.readMetrics(record);
    this.limits ??= await limitsOf(run.path);
    const status = shownStatus(record, run.path);
    const step = Math.max(record.step, this.latest?.step ?? 0);
    const totalSteps = this.totalSteps();
    const curve = this.builders.map((builder) => builder.build(this.epochs.value)).find(({ values }) => values > 0);
    // A run that trains may log it later.
    if (curve === undefined && !this.isDefault && status !== 'running') {
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
      heartbeat: Math.max(beat.mtimeMs, written),
      curve: curve ?? null,
    };
  }

  /** @returns when the metrics were last written */
  private async readMetrics(record: RunRecord): Promise<number> {
    const path = join(this.run.path, 'metrics.jsonl');
    const file = await stat(path).catch(() => undefined);
    if (file === undefined) return 0;
    // A resume truncates the metrics, by a new file or in place.
    if (file.ino !== this.read.inode || file.size < this.read.end || this.builders.length === 0) {
      this.restart(record);
      this.read = { inode: file.ino, end: 0 };
    }
    const resumed = Date.parse(record.resumes.at(-1)?.time ?? record.created);
    const receive = (at: number, value: MetricValue) => {
      this.builders[at]!.add(value);
      this.epochs.add(value.step, value.epoch);
      if (value.time >= resumed) this.pace.add(value.step, value.time);
      if (this.latest === undefined || value.step >= this.latest.step) this.latest = value;
    };
    const end = await readMetricValues(path, this.addresses, receive, this.read.end);
    this.read = { inode: file.ino, end };
    return file.mtimeMs;
  }

  private restart({ directions, created }: RunRecord): void {
    const settings = {
      axis: 'step',
      log: { x: false, y: false },
      smooth: 0,
      intervals,
      origin: Date.parse(created),
      resumed: [],
    } as const;
    const directionOf = directionsOfRun(directions);
    this.builders = this.addresses.map((address) => {
      return new CurveBuilder(address, address.direction ?? directionOf(address.split, address.name), settings);
    });
    this.epochs = new StepsPerEpoch();
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
      epochs === Number.POSITIVE_INFINITY ? epochs : epochs * (this.epochs.value ?? Number.NaN),
    );
    return Number.isFinite(total) ? total : null;
  }
}

async function limitsOf(run: string): Promise<Limits> {
  const { steps, epochs } = await readRunFlags(run);
  const count = (value: unknown) => (typeof value === 'number' ? value : null);
  return limitsFrom({ steps: count(steps?.value), epochs: count(epochs?.value) });
}
