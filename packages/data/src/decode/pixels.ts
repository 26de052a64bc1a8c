/** A decoded image: rows from the top, pixels from the left, channels interleaved, 8 bits each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array;
}
