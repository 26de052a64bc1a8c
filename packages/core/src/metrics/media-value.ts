/** A value that is logged as a file of its own: an image, a text, a histogram or a table. Plain data, in host memory. */
export type MediaValue = ImageValue | TextValue | HistogramValue | TableValue;

/** 8-bit pixels, row by row: grey, grey and alpha, RGB, or RGBA. */
export interface ImageValue {
  readonly kind: 'image';
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly pixels: Uint8Array;
}

export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
}

/** Counts of values by interval, and sums over all finite values. */
export interface HistogramValue {
  readonly kind: 'histogram';
  /** The limits of the intervals, ascending: one more than counts. Each has its lower limit; the last has both. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** How many values were NaN or infinite: they are in no interval and no sum. */
  readonly notFinite: number;
}

export type TableCell = string | number | boolean | null;

export interface TableValue {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

export type MediaKind = MediaValue['kind'];

const kinds: readonly unknown[] = ['image', 'text', 'histogram', 'table'] satisfies readonly MediaKind[];

export function isMedia(value: unknown): value is MediaValue {
  return typeof value === 'object' && value !== null && kinds.includes((value as Partial<MediaValue>).kind);
}
