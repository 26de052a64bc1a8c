import { elements, isTensorData, tensor } from '../../tensor/tensor-data.js';
import { isFiniteNumber, requireOption, stepOptions } from './check-step.js';
import { describeCell } from './describe-cell.js';
import { type Step, ValueProblem } from './step.js';

type Options = { readonly by: number };

/** Multiplies an array and makes it float32. Default: by 1/255, for pixels from 0 to 1. */
export const scale: Step<Options, null> = {
  kind: 'scale',
  version: 1,
  takes: ['array'],
  gives: 'array',
  options(given) {
    const options = stepOptions<Options>(given, { by: 1 / 255 }, 'scale({ by })');
    requireOption(isFiniteNumber(options.by), 'scale({ by })', 'by is a number');
    return options;
  },
  isState: (state) => state === null,
  convert:
    ({ by }) =>
    (value) => {
      if (!isTensorData(value)) throw new ValueProblem(`is ${describeCell(value)}, not an array`);
      return tensor(
        Float32Array.from(elements(value) as Float32Array, (element) => Number(element) * by),
        value.shape,
      );
    },
};
