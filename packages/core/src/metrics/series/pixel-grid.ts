/** The part of a horizontal axis that is drawn, and how wide. */
export interface GridRange {
  /** The ends of what is drawn, on the axis. */
  readonly from: number;
  readonly to: number;
  /** Its width in device pixels, at least 1. */
  readonly width: number;
  /** Whether the axis is logarithmic. */
  readonly log: boolean;
}

/** The columns of pixels over a part of a horizontal axis. */
export class PixelGrid {
  private readonly start: number;
  private readonly span: number;

  constructor(readonly range: GridRange) {
    this.start = this.position(range.from);
    this.span = this.position(range.to) - this.start;
  }

  /** The column of a place within the range, from 0; places further right have the same or a later one. */
  columnOf(x: number): number {
    const { width } = this.range;
    const column = this.span > 0 ? Math.floor(((this.position(x) - this.start) / this.span) * width) : 0;
    return Math.min(column, width - 1);
  }

  /** Half of the place, so that no difference overflows. */
  private position(x: number): number {
    return this.range.log ? Math.log(x) : x / 2;
  }
}
