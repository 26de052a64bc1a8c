import { describeTensor, elements, ForgeError, type TensorData, tensor } from '@forge-ml/core/plugin';

export type ImageArray = Uint8Array | Float32Array;

/** An image in memory: rows from the top, pixels from the left, channels interleaved. */
export interface ImageTensor {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: ImageArray;
}

/** The image in a tensor. @throws ForgeError DATA_INVALID naming the array */
export function imageOf(value: unknown, array: string): ImageTensor {
  const given = value as TensorData | undefined;
  if (typeof given === 'object' && given !== null && Array.isArray(given.shape)) {
    const [height, width, channels] = given.shape as number[];
    const usable = given.shape.length === 3 && height! > 0 && width! > 0 && channels! > 0;
    if (usable && (given.dtype === 'uint8' || given.dtype === 'float32')) {
      const values = elements(given) as ImageArray;
      return { height: height!, width: width!, channels: channels!, values };
    }
  }
  const isTensor = typeof given === 'object' && given !== null && 'dtype' in given;
  const found = given === undefined ? 'missing' : isTensor ? describeTensor(given) : 'no tensor';
  throw new ForgeError('DATA_INVALID', `Array "${array}" is ${found}, not an image.`, {
    about: array,
    hint: 'Augment images before batching: uint8 or float32 of shape [height, width, channels]. The option array names another array.',
  });
}

export function tensorOf({ height, width, channels, values }: ImageTensor): TensorData {
  return tensor(values, [height, width, channels]);
}

/** An image of zeros, of the same type. */
export function blank(like: ImageTensor, height: number, width: number): ImageTensor {
  const size = height * width * like.channels;
  const values = like.values instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size);
  return { height, width, channels: like.channels, values };
}
