/**
 * A convolution of images [images, height, width, channels] with a filter [filterHeight, filterWidth, channels,
 * outChannels] to [images, outHeight, outWidth, outChannels].
 */
export interface ConvShape {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Rows of zeros before the first, and columns. Those after the last follow from the other sizes. */
  readonly top: number;
  readonly left: number;
}
