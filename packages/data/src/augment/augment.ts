import { checkOptions } from '@forge-ml/core/plugin';
import { type CropOptions, cropChange } from './crop.js';
import { type FlipOptions, flipChange } from './flip.js';
import {
  type ArrayOption,
  arrayOption,
  type ImageChange,
  type ImageFunction,
  imageFunction,
  wrongOption,
} from './image-function.js';
import { type JitterOptions, jitterChange } from './jitter.js';
import { rotateChange } from './rotate.js';

export interface AugmentOptions extends ArrayOption {
  /** As `randomRotate`: the largest angle in degrees. */
  readonly rotate?: number;
  /** As `randomCrop`. */
  readonly crop?: CropOptions;
  /** As `randomFlip`; true for left and right. */
  readonly flip?: FlipOptions | true;
  /** As `colorJitter`. */
  readonly jitter?: JitterOptions;
}

const of = 'augment(options)';

/**
 * Changes images at random: turns, crops, flips, then changes colors. For `augment` of a pipeline:
 * `images('pets').augment(augment({ crop: { padding: 4 }, flip: true }))`. The random numbers are the pipeline's, a
 * function of seed, epoch and index, so a resumed run continues with the same images.
 * @throws ForgeError OPTION_UNKNOWN, DATA_INVALID
 */
export function augment(options: AugmentOptions): ImageFunction {
  const array = arrayOption(options, ['rotate', 'crop', 'flip', 'jitter'], of);
  const { rotate, crop, flip, jitter } = options;
  const changes: [string, ImageChange][] = [];
  if (rotate !== undefined) changes.push(['rotate', rotateChange(rotate)]);
  if (crop !== undefined) changes.push(['crop', cropChange(part('crop', crop, ['size', 'padding']))]);
  if (flip !== undefined) {
    changes.push(['flip', flipChange(flip === true ? {} : part('flip', flip, ['horizontal', 'vertical']))]);
  }
  if (jitter !== undefined) {
    changes.push(['jitter', jitterChange(part('jitter', jitter, ['brightness', 'contrast', 'saturation']))]);
  }
  if (changes.length === 0) throw wrongOption(of, 'crop, flip, rotate or jitter', 'needed');
  return imageFunction(array, changes);
}

function part<T extends object>(name: string, options: T, known: readonly string[]): T {
  checkOptions(options, known, { of: `The option ${name} of ${of}` });
  return options;
}
