import { isTensorData } from '../../tensor/tensor-data.js';
import { isCount, requireOption, stepOptions } from './check-step.js';
import { describeCell } from './describe-cell.js';
import { resizeImage } from './resize-image.js';
import { type Step, ValueProblem } from './step.js';

type Options = { readonly size: readonly [number, number] };

const largestSide = 16_384;

/** Resizes images of shape [height, width, channels] to [height, width] of `size`, and keeps their type. */
export const resize: Step<Options, null> = {
  kind: 'resize',
  version: 1,
  takes: ['array'],
  gives: 'array',
  options(given) {
    const of = 'resize({ size })';
    const options = stepOptions<Options>(given, { size: [0, 0] }, of);
    const { size } = options;
    const valid =
      Array.isArray(size) && size.length === 2 && size.every((side) => isCount(side, 1) && side <= largestSide);
    requireOption(valid, of, `size is [height, width], each from 1 to ${largestSide}`);
    return options;
  },
  isState: (state) => state === null,
  convert:
    ({ size }) =>
    (value) => {
      if (!isTensorData(value) || value.shape.length !== 3) {
        throw new ValueProblem(`is ${describeCell(value)}, not an image of shape [height, width, channels]`);
      }
      return resizeImage(value, size);
    },
};
