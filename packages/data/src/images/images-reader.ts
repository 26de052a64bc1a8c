import {
  type Column,
  checkOptions,
  type DatasetReader,
  ForgeError,
  type ReadData,
  tensor,
} from '@forge-ml/core/plugin';
import { checkOnBadRow } from '../files/bad-files.js';
import { fileDataset } from '../files/file-dataset.js';
import { type DecodeOptions, decodeImage } from './decode-image.js';

const of = 'images(folder, options)';
const defaultMaxPixels = 100_000_000;

/** Reads folders of images. */
export const imagesReader: DatasetReader = {
  description: 'The PNG and JPEG images of a folder; the folder of each is its label.',
  async open(request) {
    const { options, path: folder } = request;
    checkOptions(options, ['channels', 'size', 'maxPixels', 'labels', 'onBadRow'], {
      of,
      synonyms: { resize: 'size', imageSize: 'size', colorMode: 'channels', mode: 'channels', onError: 'onBadRow' },
    });
    const decoding = decodeOptions(options);
    const { labels = true, onBadRow } = options;
    if (typeof labels !== 'boolean') throw wrong('labels', labels, 'true or false');
    const dataset = await fileDataset({
      folder,
      what: 'PNG or JPEG files',
      extensions: ['.png', '.jpg', '.jpeg'],
      labels,
      onBadRow: checkOnBadRow(onBadRow, of),
      decode(bytes) {
        const { height, width, channels, data } = decodeImage(bytes, decoding);
        return { image: tensor(data, [height, width, channels]) };
      },
      warn: (message) => request.warn(message),
    });
    return dataset as unknown as ReadData & Record<string, Column>;
  },
};

function decodeOptions({ channels = 3, size, maxPixels = defaultMaxPixels }: Readonly<Record<string, unknown>>) {
  if (channels !== 1 && channels !== 3 && channels !== 4) throw wrong('channels', channels, '1, 3 or 4');
  if (!isCount(maxPixels)) throw wrong('maxPixels', maxPixels, 'a whole number above 0');
  if (size === undefined) return { channels, maxPixels } satisfies DecodeOptions;
  if (!Array.isArray(size) || size.length !== 2 || !size.every(isCount)) {
    throw wrong('size', size, '[height, width] in pixels');
  }
  const [height, width] = size as [number, number];
  if (height * width > maxPixels) throw wrong('size', size, `at most ${maxPixels} pixels (the option maxPixels)`);
  return { channels, maxPixels, size: [height, width] } satisfies DecodeOptions;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function wrong(option: string, value: unknown, allowed: string): ForgeError {
  return new ForgeError('DATA_INVALID', `The option ${option} of ${of} is ${JSON.stringify(value)}.`, {
    about: option,
    hint: `It is ${allowed}.`,
  });
}
