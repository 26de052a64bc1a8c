import type { Curve, CurveLine, MetricValue } from '../../metrics/curves/curve.js';
import { directionsOfRun } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import type { CurveView } from '../../metrics/series/curve-view.js';
import { samplePositions } from '../../metrics/series/sample-positions.js';
import type { MetricEntry } from './metric-entry.js';
import { SeriesReader } from './series-reader.js';
import type { SeriesListener, SeriesMetric, SeriesRecord, SeriesUpdate } from './series-types.js';

/**
 * The metrics of a run, for curves: reads `metrics.jsonl` once, then only what is new. Curves are exact on the pixels asked
 * for, in a time that hardly depends on the number of values. Writes nothing into the run.
 */
export class RunSeries {
  private readonly reader: SeriesReader;
  private turn: Promise<unknown> = Promise.resolve();

  /**
   * @param run its folder
   * @param only the metrics to read. Default: all
   */
  constructor(
    readonly run: string,
    only?: readonly { readonly split: string; readonly name: string }[],
    listener?: SeriesListener,
  ) {
    this.reader = new SeriesReader(run, only, listener);
  }

  /** The byte after the last whole line that was read. */
  get end(): number {
    return this.reader.end;
  }

  /** When the file was last written, milliseconds since the Unix epoch; 0 if there is none. */
  get written(): number {
    return this.reader.state?.mtimeMs ?? 0;
  }

  /** Undefined if epochs differ, and in the first one. */
  get stepsPerEpoch(): number | undefined {
    return this.reader.epochs.value;
  }

  /** Whether the file has more metrics than the 10,000 that are read. */
  get isCut(): boolean {
    return this.reader.table.isCut;
  }

  /** The metrics read, in the order of the file. */
  metrics(): SeriesMetric[] {
    const logged = this.reader.entries.filter(({ count }) => count > 0);
    return logged.map(({ metric, split, name, count }) => ({ metric, split, name, count }));
  }

  /** Reads the file, or nothing if there is none yet. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
  open(): Promise<void> {
    return this.inTurn(async () => {
      this.reader.openCache();
      await this.reader.read();
    });
  }

  /**
   * How a part of a metric's curve looks.
   * @param metric `valid.loss`
   * @param direction of the metric. Default: as `run.json` says
   * @returns undefined if the run has not logged it
   * @throws ForgeError RUN_INVALID, FILE_SYSTEM
   */
  curve(metric: string, record: SeriesRecord, view: CurveView, direction?: Direction): Promise<Curve | undefined> {
    return this.withMetric(metric, ({ split, name, series }) => {
      const of = { metric, split, name, direction: direction ?? directionsOfRun(record.directions)(split, name) };
      return series.curve(of, view, {
        stepsPerEpoch: this.stepsPerEpoch,
        origin: Date.parse(record.created),
        resumed: record.resumes.map(({ time }) => Date.parse(time)),
      });
    });
  }

  /**
   * The shape of a metric over its steps, for a small picture: the lines between gaps.
   * @param width in device pixels. Default: 60
   * @returns at most 4 points a pixel; none if the run has not logged the metric
   * @throws ForgeError RUN_INVALID, FILE_SYSTEM
   */
  async sparkline(metric: string, width = 60): Promise<readonly CurveLine[]> {
    const view = { axis: 'step', log: { x: false, y: false }, smooth: 0, width } as const;
    const times = { stepsPerEpoch: undefined, origin: 0, resumed: [] };
    const lines = await this.withMetric(metric, ({ split, name, series }) => {
      return series.curve({ metric, split, name, direction: undefined }, view, times).lines;
    });
    return lines ?? [];
  }

  /**
   * Some values of a metric that look alike on any axis: see `samplePositions`.
   * @param most of them, at least 6
   * @returns in the order of the file; none if the run has not logged the metric
   * @throws ForgeError RUN_INVALID, FILE_SYSTEM
   */
  async sample(metric: string, most: number): Promise<readonly MetricValue[]> {
    const values = await this.withMetric(metric, ({ series: { columns } }) => {
      return samplePositions(columns.value, most).map((at) => columns.at(at));
    });
    return values ?? [];
  }

  /** Reads what is new; a last line that is not whole waits. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
  update(): Promise<SeriesUpdate> {
    return this.inTurn(async () => {
      const from = this.end;
      const restarted = await this.reader.read();
      return { restarted, from: restarted ? 0 : from, to: this.end };
    });
  }

  /** Frees the memory of values that can be read again. Asking for a curve reads them. */
  release(): Promise<void> {
    return this.inTurn(async () => this.reader.release());
  }

  /** Undefined if the run has not logged the metric. */
  private withMetric<T>(metric: string, use: (entry: MetricEntry) => T): Promise<T | undefined> {
    return this.inTurn(async () => {
      const entry = await this.reader.loaded(metric);
      return entry === undefined || entry.count === 0 ? undefined : use(entry);
    });
  }

  /** One after another: a page may ask for a curve while an update reads. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
