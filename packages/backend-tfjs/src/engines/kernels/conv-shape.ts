import type { ConvShape } from '@forge-ml/kernels';
import type { backend_util } from '@tensorflow/tfjs';

export function convShapeOf(info: backend_util.Conv2DInfo): ConvShape {
  return {
    images: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

/** Whether a tensor [n, h, w, c] has the shape of the convolution's results. */
export function isOutputOf(shape: readonly number[], info: backend_util.Conv2DInfo): boolean {
  const [images, height, width, channels] = shape;
  return (
    images === info.batchSize && height === info.outHeight && width === info.outWidth && channels === info.outChannels
  );
}
