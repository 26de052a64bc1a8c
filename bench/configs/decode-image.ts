import { inflateSync } from 'node:zlib';
import { type MapContext, type TensorData, tensor } from '@forge-ml/core';

const [from, to, channels] = [512, 128, 3];

/** What an image costs: decompress it, undo a filter, crop, flip and resize it, and scale its values. */
export function decode({ file }: { readonly file: TensorData }, { random }: MapContext) {
  // One chunk: many small ones are copied once more.
  const decoded = from * from * channels;
  const bytes = unfiltered(inflateSync(file.bytes, { chunkSize: decoded }));
  const size = to + random.below(from - to);
  const [top, left] = [random.below(from - size), random.below(from - size)];
  const flip = random.below(2) === 1;
  const image = new Float32Array(to * to * channels);
  const step = (size - 1) / (to - 1);
  for (let y = 0; y < to; y++) {
    for (let x = 0; x < to; x++) {
      const [row, column] = [top + y * step, left + (flip ? to - 1 - x : x) * step];
      for (let c = 0; c < channels; c++) {
        image[(y * to + x) * channels + c] = (bilinear(bytes, row, column, c) - 127.5) / 58;
      }
    }
  }
  return { image: tensor(image, [to, to, channels]) };
}

/** Undoes the filter of PNG that subtracts the pixel above. */
function unfiltered(bytes: Uint8Array): Uint8Array {
  const width = from * channels;
  for (let at = width; at < bytes.length; at++) bytes[at] = (bytes[at]! + bytes[at - width]!) & 255;
  return bytes;
}

function bilinear(bytes: Uint8Array, row: number, column: number, channel: number): number {
  const [y, x] = [Math.floor(row), Math.floor(column)];
  const [down, right] = [Math.min(y + 1, from - 1), Math.min(x + 1, from - 1)];
  const [b, a] = [row - y, column - x];
  const value = (r: number, c: number) => bytes[(r * from + c) * channels + channel]!;
  const upper = value(y, x) * (1 - a) + value(y, right) * a;
  return upper * (1 - b) + (value(down, x) * (1 - a) + value(down, right) * a) * b;
}
