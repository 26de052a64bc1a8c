import {
  type ArrayOption,
  arrayOption,
  checkNumber,
  type ImageChange,
  type ImageFunction,
  imageFunction,
} from './image-function.js';
import { blank, type ImageTensor } from './image-tensor.js';

/**
 * Turns each image about its center by a random angle from -degrees to degrees, with bilinear interpolation. The size
 * stays; where there is no image there are zeros.
 * @param degrees from 0 to 180
 * @throws ForgeError OPTION_UNKNOWN, DATA_INVALID
 */
export function randomRotate(degrees: number, options: ArrayOption = {}): ImageFunction {
  const array = arrayOption(options, [], 'randomRotate(degrees, options)');
  return imageFunction(array, [['rotate', rotateChange(degrees)]]);
}

/** @throws ForgeError DATA_INVALID */
export function rotateChange(degrees: number): ImageChange {
  checkNumber(degrees, 'randomRotate(degrees)', 'degrees', 0, 180);
  return (image, random) => rotate(image, degrees * (2 * random.float() - 1));
}

/** @param degrees counterclockwise */
export function rotate(image: ImageTensor, degrees: number): ImageTensor {
  const { height, width, channels, values } = image;
  const out = blank(image, height, width);
  const round = values instanceof Uint8Array ? 0.5 : 0;
  const angle = (degrees * Math.PI) / 180;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += channels) {
      const [right, down] = [column - middleX, row - middleY];
      // Rounded, so that a pixel of a right angle is one source pixel.
      const x = nearWhole(middleX + cosine * right - sine * down);
      const y = nearWhole(middleY + sine * right + cosine * down);
      const [left, top] = [Math.floor(x), Math.floor(y)];
      if (left < -1 || top < -1 || left >= width || top >= height) continue;
      for (let channel = 0; channel < channels; channel++) {
        let sum = round;
        for (let corner = 0; corner < 4; corner++) {
          const [cornerX, cornerY] = [left + (corner & 1), top + (corner >> 1)];
          const inside = cornerX >= 0 && cornerX < width && cornerY >= 0 && cornerY < height;
          if (!inside) continue;
          const share = (1 - Math.abs(x - cornerX)) * (1 - Math.abs(y - cornerY));
          if (share > 0) sum += share * values[(cornerY * width + cornerX) * channels + channel]!;
        }
        out.values[to + channel] = sum;
      }
    }
  }
  return out;
}

function nearWhole(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-9 ? whole : value;
}
