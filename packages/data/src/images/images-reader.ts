import { checkOptions, type DatasetReader, tensor } from '@forge-ml/core/plugin';
import { checkOnBadRow } from '../files/bad-files.js';
import { fileDataset } from '../files/file-dataset.js';
import { checkLabels, isCount, wrongValue } from '../files/option-values.js';
import { decodePixels } from './decode-pixels.js';

const of = 'images(folder, options)';
const defaultMaxPixels = 100_000_000;

/** Reads folders of images. */
export const imagesReader: DatasetReader = {
  description: 'The PNG and JPEG images of a folder; the folder of each is its label.',
  async open({ path, options, warn }) {
    const { decoding, labels, onBadRow } = imageSettings(options);
    return fileDataset({
      path,
      what: 'PNG or JPEG files',
      extensions: ['.png', '.jpg', '.jpeg'],
      labels,
      onBadRow,
      decode(bytes) {
        const { height, width, channels, data } = decodePixels(bytes, decoding);
        return { image: tensor(data, [height, width, channels]) };
      },
      warn,
    });
  },
};

/** Checks the options. @throws ForgeError OPTION_UNKNOWN, DATA_INVALID */
export function imageSettings(options: object) {
  checkOptions(options, ['channels', 'size', 'maxPixels', 'labels', 'onBadRow'], {
    of,
    synonyms: { resize: 'size', imageSize: 'size', colorMode: 'channels', mode: 'channels', onError: 'onBadRow' },
  });
  const given = options as Readonly<Record<string, unknown>>;
  const { channels = 3, maxPixels = defaultMaxPixels } = given;
  if (channels !== 1 && channels !== 3 && channels !== 4) throw wrongValue(of, 'channels', channels, '1, 3 or 4');
  if (!isCount(maxPixels)) throw wrongValue(of, 'maxPixels', maxPixels, 'a whole number above 0');
  const size = imageSize(given.size, maxPixels);
  return {
    decoding: { channels, maxPixels, size } as const,
    labels: checkLabels(given.labels, of),
    onBadRow: checkOnBadRow(given.onBadRow, of),
  };
}

function imageSize(size: unknown, maxPixels: number): readonly [height: number, width: number] | undefined {
  if (size === undefined) return undefined;
  if (!Array.isArray(size) || size.length !== 2 || !size.every(isCount)) {
    throw wrongValue(of, 'size', size, '[height, width] in pixels');
  }
  const [height, width] = size as [number, number];
  if (height * width <= maxPixels) return [height, width];
  throw wrongValue(of, 'size', size, `at most ${maxPixels} pixels (the option maxPixels)`);
}
