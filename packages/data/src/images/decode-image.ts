import { checkOptions, ForgeError, type TensorData, tensor } from '@forge-ml/core/plugin';
import { Undecodable } from '../decode/undecodable.js';
import { decodePixels } from './decode-pixels.js';
import type { ImageOptions } from './images.js';
import { imageSettings } from './images-reader.js';

/**
 * Decodes the bytes of one PNG or JPEG image, as of a request to a server, as `images` decodes files.
 * @returns uint8 [height, width, channels]
 * @throws ForgeError DATA_INVALID for bytes that cannot be decoded; OPTION_UNKNOWN
 */
export function decodeImage(
  bytes: Uint8Array,
  options: Pick<ImageOptions, 'channels' | 'size' | 'maxPixels'> = {},
): TensorData {
  checkOptions(options, ['channels', 'size', 'maxPixels'], { of: 'decodeImage(bytes, options)' });
  const { decoding } = imageSettings(options);
  try {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { height, width, channels, data } = decodePixels(file, decoding);
    return tensor(data, [height, width, channels]);
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    throw new ForgeError('DATA_INVALID', `The image ${error.message}.`, {
      about: 'image',
      hint: 'Give all bytes of a PNG or JPEG file.',
      cause: error,
    });
  }
}
