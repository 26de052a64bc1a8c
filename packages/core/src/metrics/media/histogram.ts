import type { ArrayInput } from '../../data/output-tensor.js';
import { toTensor } from '../../data/to-tensor.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { elements } from '../../tensor/tensor-data.js';
import type { HistogramValue } from '../media-value.js';

export interface HistogramOptions {
  /** The number of intervals of equal width between the lowest and the highest value. Default: 30. */
  readonly bins?: number;
}

const maxBins = 10_000;

/**
 * A histogram to log: of all elements of an array.
 * @throws ForgeError DATA_INVALID, OPTION_UNKNOWN
 */
export function histogram(values: ArrayInput, options: HistogramOptions = {}): HistogramValue {
  checkOptions(options, ['bins'], { of: 'histogram(values, options)', synonyms: { buckets: 'bins', numBins: 'bins' } });
  const { bins = 30 } = options;
  if (!Number.isSafeInteger(bins) || bins < 1 || bins > maxBins) {
    const message = `histogram: bins must be a whole number from 1 to ${maxBins}, not ${bins}.`;
    throw new ForgeError('DATA_INVALID', message, { about: 'histogram' });
  }
  const tensor = toTensor('values', values);
  if (tensor.dtype === 'float16' || tensor.dtype === 'bfloat16') {
    const message = `The histogram's values are ${tensor.dtype}, which JavaScript has no numbers for.`;
    throw new ForgeError('DATA_INVALID', message, { about: 'histogram', hint: 'Convert them to float32 first.' });
  }
  const numbers = elements(tensor);
  let [min, max, sum, sumSquares, notFinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (const element of numbers) {
    const value = Number(element);
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    sumSquares += value * value;
  }
  if (min > max) return { kind: 'histogram', edges: [0, 0], counts: [0], min: 0, max: 0, sum, sumSquares, notFinite };
  // Divided first: the width of the whole range may overflow.
  const edges = Array.from({ length: bins + 1 }, (_, index) =>
    index === bins ? max : min + index * (max / bins - min / bins),
  );
  const counts = new Array<number>(bins).fill(0);
  const width = max / bins - min / bins;
  for (const element of numbers) {
    const value = Number(element);
    if (!Number.isFinite(value)) continue;
    const at = width > 0 ? Math.floor(value / width - min / width) : 0;
    counts[Math.min(Math.max(at, 0), bins - 1)]! += 1;
  }
  return { kind: 'histogram', edges, counts, min, max, sum, sumSquares, notFinite };
}
