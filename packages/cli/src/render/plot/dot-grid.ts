/** How a cell of a grid is drawn. */
export interface Pen {
  readonly color: number;
  /** The character of its lines where the terminal has no braille. */
  readonly mark: string;
  /** Whether it is drawn in the background: the raw line under a smoothed one. */
  readonly faint: boolean;
}

/** A character of a grid; the pen that drew last in it. */
export interface Cell {
  readonly text: string;
  readonly pen: Pen;
}

/** The bit of each dot of a braille character, by row and column: Unicode chapter 21.1. */
const brailleBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Lines on a grid of characters: of 2 × 4 braille dots each, or of one mark each in ASCII. */
export class DotGrid {
  private readonly bits: Uint8Array;
  private readonly pens: (Pen | undefined)[];
  private readonly across: number;
  private readonly down: number;

  constructor(
    readonly columns: number,
    readonly rows: number,
    private readonly ascii: boolean,
  ) {
    this.bits = new Uint8Array(columns * rows);
    this.pens = new Array(columns * rows);
    this.across = ascii ? columns : 2 * columns;
    this.down = ascii ? rows : 4 * rows;
  }

  /** Draws a line between places from 0, 0 at the lower left to 1, 1 at the upper right. */
  line(fromX: number, fromY: number, toX: number, toY: number, pen: Pen): void {
    let [x, y] = this.dotAt(fromX, fromY);
    const [endX, endY] = this.dotAt(toX, toY);
    // Bresenham's algorithm.
    const [width, height] = [Math.abs(endX - x), -Math.abs(endY - y)];
    const [stepX, stepY] = [x < endX ? 1 : -1, y < endY ? 1 : -1];
    let error = width + height;
    for (;;) {
      this.dot(x, y, pen);
      if (x === endX && y === endY) return;
      const twice = 2 * error;
      if (twice >= height) {
        error += height;
        x += stepX;
      }
      if (twice <= width) {
        error += width;
        y += stepY;
      }
    }
  }

  /** The row of a vertical place, from 0 at the top. */
  rowOf(y: number): number {
    return Math.min(this.rows - 1, Math.max(0, Math.round((1 - y) * (this.rows - 1))));
  }

  /** The column of a horizontal place. */
  columnOf(x: number): number {
    return Math.min(this.columns - 1, Math.max(0, Math.round(x * (this.columns - 1))));
  }

  /** Undefined where nothing is drawn. */
  cell(column: number, row: number): Cell | undefined {
    const at = row * this.columns + column;
    const pen = this.pens[at];
    if (pen === undefined) return undefined;
    return { text: this.ascii ? pen.mark : String.fromCharCode(0x2800 + this.bits[at]!), pen };
  }

  private dotAt(x: number, y: number): [number, number] {
    return [Math.round(clamped(x) * (this.across - 1)), Math.round((1 - clamped(y)) * (this.down - 1))];
  }

  private dot(x: number, y: number, pen: Pen): void {
    const [column, row] = this.ascii ? [x, y] : [x >> 1, y >> 2];
    const at = row * this.columns + column;
    if (!this.ascii) this.bits[at]! |= brailleBits[y & 3]![x & 1]!;
    this.pens[at] = pen;
  }
}

function clamped(place: number): number {
  return Math.min(1, Math.max(0, place));
}
