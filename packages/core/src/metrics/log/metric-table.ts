/** A metric of a log, and its place among the others. */
export interface LoggedMetric {
  readonly at: number;
  readonly split: string;
  readonly name: string;
}

/** A metric as the lines of its split have it. */
export interface LineMetric {
  /** Its place among the metrics; -1 if it is not read. */
  readonly at: number;
  /** The name as a key in JSON: `"loss":`. */
  readonly key: string;
  /** The number of the last line that has it, to find a name that is in a line twice. */
  line: number;
}

/** Names that are remembered of a split: a list without end would fill the memory. */
const mostNames = 10_000;

/** The metrics of a split. */
export class SplitMetrics {
  /** What follows `"split":"` in Forge's own format; undefined if the name of the split has escapes in JSON. */
  readonly text: string | undefined;
  private readonly byName = new Map<string, LineMetric>();
  private readonly byKey = new Map<string, LineMetric>();
  /** Those of the last line in their order: most lines have the same. */
  private readonly order: LineMetric[] = [];

  constructor(
    private readonly split: string,
    private readonly add: (split: string, name: string) => number,
  ) {
    this.text = JSON.stringify(split) === `"${split}"` ? `${split}","values":{` : undefined;
  }

  metric(name: string): LineMetric {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const metric = { at: this.add(this.split, name), key: `${JSON.stringify(name)}:`, line: -1 };
    if (this.byName.size < mostNames) {
      this.byName.set(name, metric);
      this.byKey.set(metric.key, metric);
    }
    return metric;
  }

  /** The known metric whose key is at a place of a line, as the one of that number; undefined for an unknown key. */
  metricAt(line: string, place: number, number: number): LineMetric | undefined {
    const expected = this.order[number];
    if (expected !== undefined && line.startsWith(expected.key, place)) return expected;
    // A longer key that has this text has a backslash before its quote.
    const found = this.byKey.get(line.slice(place, line.indexOf('":', place + 1) + 2));
    if (found !== undefined) this.order[number] = found;
    return found;
  }
}

/** The metrics that are read from a log: some, or all that it has. */
export class MetricTable {
  readonly metrics: LoggedMetric[] = [];
  readonly splits = new Map<string, SplitMetrics>();
  /** Whether the log has metrics beyond the most that are read. */
  isCut = false;
  /** How many lines were looked at. */
  lines = 0;

  /**
   * @param wanted the metrics to read. Default: all
   * @param most how many metrics are read at most: a list without end would fill the memory
   * @param known metrics that were found before, in their order
   */
  constructor(
    private readonly wanted?: readonly { readonly split: string; readonly name: string }[],
    private readonly most = 10_000,
    known: readonly { readonly split: string; readonly name: string }[] = [],
  ) {
    for (const { split, name } of known) this.split(split)?.metric(name);
    for (const { split, name } of wanted ?? []) {
      this.add(split, name);
      this.splits.set(split, this.splits.get(split) ?? this.newSplit(split));
    }
  }

  /** Whether only some metrics are read. */
  get isSelective(): boolean {
    return this.wanted !== undefined;
  }

  /** Undefined for a split of which nothing is read. */
  split(name: string): SplitMetrics | undefined {
    const known = this.splits.get(name);
    if (known !== undefined || this.isSelective) return known;
    if (this.splits.size >= this.most) {
      this.isCut = true;
      return undefined;
    }
    const split = this.newSplit(name);
    this.splits.set(name, split);
    return split;
  }

  private newSplit(name: string): SplitMetrics {
    return new SplitMetrics(name, (...metric) => this.placeOf(...metric));
  }

  private placeOf(split: string, name: string): number {
    if (this.wanted !== undefined) return this.wanted.findIndex((one) => one.split === split && one.name === name);
    if (this.metrics.length < this.most) return this.add(split, name);
    this.isCut = true;
    return -1;
  }

  private add(split: string, name: string): number {
    return this.metrics.push({ at: this.metrics.length, split, name }) - 1;
  }
}
