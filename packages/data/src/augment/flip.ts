import {
  type ArrayOption,
  arrayOption,
  type ImageChange,
  type ImageFunction,
  imageFunction,
  wrongOption,
} from './image-function.js';
import { blank, type ImageTensor } from './image-tensor.js';

export interface FlipOptions {
  /** Swap left and right of half of the images. Default: true. */
  readonly horizontal?: boolean;
  /** Swap top and bottom of half of the images. Default: false. */
  readonly vertical?: boolean;
}

const of = 'randomFlip(options)';

/** Mirrors each image with probability 1/2. @throws ForgeError OPTION_UNKNOWN, DATA_INVALID */
export function randomFlip(options: FlipOptions & ArrayOption = {}): ImageFunction {
  const array = arrayOption(options, ['horizontal', 'vertical'], of);
  return imageFunction(array, [['flip', flipChange(options)]]);
}

/** @throws ForgeError DATA_INVALID */
export function flipChange({ horizontal = true, vertical = false }: FlipOptions): ImageChange {
  if (typeof horizontal !== 'boolean') throw wrongOption(of, 'horizontal', 'true or false');
  if (typeof vertical !== 'boolean') throw wrongOption(of, 'vertical', 'true or false');
  if (!horizontal && !vertical) throw wrongOption(of, 'horizontal', 'true, unless vertical is');
  return (image, random) => {
    // Both are drawn always, so that one does not depend on the other.
    const [across, down] = [random.below(2) === 1, random.below(2) === 1];
    return flip(image, horizontal && across, vertical && down);
  };
}

export function flip(image: ImageTensor, horizontal: boolean, vertical: boolean): ImageTensor {
  if (!horizontal && !vertical) return image;
  const { height, width, channels, values } = image;
  const out = blank(image, height, width);
  let to = 0;
  for (let row = 0; row < height; row++) {
    const source = (vertical ? height - 1 - row : row) * width;
    if (!horizontal) {
      out.values.set(values.subarray(source * channels, (source + width) * channels), row * width * channels);
      continue;
    }
    for (let column = width - 1; column >= 0; column--) {
      const from = (source + column) * channels;
      for (let channel = 0; channel < channels; channel++) out.values[to++] = values[from + channel]!;
    }
  }
  return out;
}
