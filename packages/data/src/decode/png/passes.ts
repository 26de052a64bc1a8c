import type { PngHeader } from './header.js';

/** The pixels that a pass of a PNG holds: those at (x + i × dx, y + j × dy). */
export interface PngPass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
  /** Bytes of a row, without the byte of its filter. */
  readonly rowBytes: number;
}

/** Start and step of the seven passes of Adam7 (PNG specification, section 8.2). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes in which the rows are stored, without empty ones. */
export function pngPasses({ width, height, depth, samples, interlaced }: PngHeader): PngPass[] {
  return (interlaced ? adam7 : [[0, 0, 1, 1] as const])
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil(Math.max(0, width - x) / dx);
      const rows = Math.ceil(Math.max(0, height - y) / dy);
      return { x, y, dx, dy, width: columns, height: rows, rowBytes: Math.ceil((columns * samples * depth) / 8) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}
