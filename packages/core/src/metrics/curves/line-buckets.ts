/** A point of a curve: its place on the horizontal axis before scaling, and its value. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
}

/** The points of an interval of the axis, of which four decide how its line looks. */
interface Bucket {
  readonly first: Point;
  last: Point;
  lowest: Point;
  highest: Point;
  /** Whether no line leads to its first point. */
  readonly afterGap: boolean;
}

/**
 * Downsamples a line of any length while it is read. Each interval of the horizontal axis keeps its first, last, lowest
 * and highest point: drawn at no more pixels than intervals, the line looks as with all points.
 * Source: Jugel, Jerzak, Hackenbroich, Markl: M4: A Visualization-Oriented Time Series Data Aggregation, VLDB 2014.
 */
export class LineBuckets {
  private buckets: Bucket[] = [];
  private width = 0;
  private gap = true;

  /**
   * @param intervals the fewest intervals that a long line is divided into
   * @param position the place of a point by which the intervals are equal: its logarithm for a logarithmic axis
   */
  constructor(
    private readonly intervals: number,
    private readonly position: (x: number) => number = (x) => x,
  ) {}

  /** Adds a point whose numbers are finite. */
  add(point: Point): void {
    const newest = this.buckets.at(-1);
    if (newest !== undefined && !this.gap && this.width > 0 && this.cell(newest.first) === this.cell(point)) {
      join(newest, point);
      return;
    }
    this.buckets.push({ first: point, last: point, lowest: point, highest: point, afterGap: this.gap });
    this.gap = false;
    if (this.buckets.length > 2 * this.intervals) this.merge();
  }

  /** Ends the line: the next point starts another. */
  breakLine(): void {
    this.gap = true;
  }

  /** The lines between gaps, each along the axis. */
  lines(): Point[][] {
    const lines: Point[][] = [];
    for (const { first, lowest, highest, last, afterGap } of this.sorted()) {
      const inner = lowest.x <= highest.x ? [lowest, highest] : [highest, lowest];
      const points = [...new Set([first, ...inner, last])];
      if (afterGap || lines.length === 0) lines.push(points);
      else lines.at(-1)!.push(...points);
    }
    return lines;
  }

  private cell({ x }: Point): number {
    return Math.floor(this.position(x) / this.width);
  }

  private sorted(): Bucket[] {
    return [...this.buckets].sort((a, b) => a.first.x - b.first.x);
  }

  /** Divides the axis again, as it has become longer. A gap that is narrower than an interval is no longer visible. */
  private merge(): void {
    const sorted = this.sorted();
    const length = this.position(sorted.at(-1)!.last.x) - this.position(sorted[0]!.first.x);
    this.width = length > 0 ? length / this.intervals : Number.MAX_VALUE;
    this.buckets = [];
    for (const bucket of sorted) {
      const before = this.buckets.at(-1);
      if (before === undefined || this.cell(before.first) !== this.cell(bucket.first)) this.buckets.push(bucket);
      else for (const point of [bucket.lowest, bucket.highest, bucket.last]) join(before, point);
    }
  }
}

function join(bucket: Bucket, point: Point): void {
  bucket.last = point;
  if (point.y < bucket.lowest.y) bucket.lowest = point;
  if (point.y > bucket.highest.y) bucket.highest = point;
}
