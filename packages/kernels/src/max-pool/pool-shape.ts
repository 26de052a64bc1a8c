/** Pooling of images [images, height, width, channels] to [images, outHeight, outWidth, channels]. */
export interface PoolShape {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** Rows of padding before the first, and columns. */
  readonly top: number;
  readonly left: number;
}
