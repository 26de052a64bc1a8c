import {
  type Batch,
  checkOptions,
  describeTensor,
  elements,
  ForgeError,
  type RandomStream,
  type TensorData,
  tensor,
} from '@forge-ml/core/plugin';
import { drawBeta } from './beta.js';
import { checkNumber, wrongOption } from './image-function.js';

export interface MixupOptions {
  /** How much is mixed: the share is drawn from Beta(alpha, alpha). Zhang et al. use 0.1 to 0.4. Default: 0.2. */
  readonly alpha?: number;
  /** The arrays to mix, float32: inputs, and targets that are numbers. */
  readonly arrays: readonly string[];
  /** Class numbers to mix, and how many classes there are: `{ y: 10 }`. They become shares, float32 [batch, classes]. */
  readonly classes?: Readonly<Record<string, number>>;
}

const of = 'mixup(options)';

/**
 * Mixes each example of a batch with another one of it: share · x + (1 - share) · x of a random permutation, with one
 * share per batch, as the authors' code does (Zhang et al., 2018, "mixup: Beyond Empirical Risk Minimization"). Call it
 * after `batch`. The loss must take shares of classes, as the cross-entropy of probabilities does.
 * @throws ForgeError OPTION_UNKNOWN, DATA_INVALID; and when it is used, DATA_INVALID naming an array of another type, or
 * a class that is out of range
 */
export function mixup(options: MixupOptions) {
  checkOptions(options, ['alpha', 'arrays', 'classes'], { of });
  const { alpha = 0.2, arrays, classes = {} } = options;
  checkNumber(alpha, of, 'alpha', 0.001, 1000);
  if (!Array.isArray(arrays) || arrays.length === 0 || !arrays.every((name) => typeof name === 'string')) {
    throw wrongOption(of, 'arrays', 'the names of the arrays to mix');
  }
  for (const [name, count] of Object.entries(classes)) {
    if (!Number.isSafeInteger(count) || count < 2)
      throw wrongOption(of, `classes.${name}`, 'a number of classes from 2');
  }
  return <B extends Batch>(batch: B, { random }: { readonly random: RandomStream }): B => {
    const share = drawBeta(alpha, random.child('mixup'));
    const others = permutation(sizeOfBatch(batch, [...arrays, ...Object.keys(classes)]), random.child('pairs'));
    const mixed: Record<string, TensorData> = { ...batch };
    for (const name of arrays) mixed[name] = mix(floats(batch[name]!, name), others, share);
    for (const [name, count] of Object.entries(classes))
      mixed[name] = mix(oneHot(batch[name]!, name, count), others, share);
    return mixed as B;
  };
}

function mix({ values, shape }: Floats, others: Uint32Array, share: number): TensorData {
  const size = values.length / Math.max(1, others.length);
  const out = new Float32Array(values.length);
  for (const [row, other] of others.entries()) {
    for (let at = 0; at < size; at++) {
      out[row * size + at] = share * values[row * size + at]! + (1 - share) * values[other * size + at]!;
    }
  }
  return tensor(out, shape);
}

interface Floats {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

function floats(array: TensorData, name: string): Floats {
  if (array.dtype === 'float32') return { values: elements(array) as Float32Array, shape: array.shape };
  throw new ForgeError('DATA_INVALID', `Array "${name}" is ${describeTensor(array)}; mixup mixes float32.`, {
    about: name,
    hint: `Convert images to float32 before batching, and name class numbers with their number of classes: classes: { ${name}: 10 }.`,
  });
}

function oneHot(array: TensorData, name: string, count: number): Floats {
  if (array.shape.length !== 1) {
    throw new ForgeError(
      'DATA_INVALID',
      `Array "${name}" is ${describeTensor(array)}, not one class number per example.`,
      {
        about: name,
        hint: 'Name shares of classes, and other targets, in the option arrays.',
      },
    );
  }
  const values = new Float32Array(array.shape[0]! * count);
  for (const [row, value] of elements(array).entries()) {
    const index = Number(value);
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new ForgeError('DATA_INVALID', `Array "${name}" has the class ${index}; there are ${count}, from 0.`, {
        about: name,
      });
    }
    values[row * count + index] = 1;
  }
  return { values, shape: [array.shape[0]!, count] };
}

function sizeOfBatch(batch: Batch, names: readonly string[]): number {
  const missing = names.find((name) => batch[name]?.shape?.[0] === undefined);
  if (missing === undefined) return batch[names[0]!]!.shape[0]!;
  throw new ForgeError('DATA_INVALID', `A batch has no array "${missing}" to mix.`, {
    about: missing,
    hint: `It has ${Object.keys(batch).join(', ')}. Call mixup after batch.`,
  });
}

/** Each order equally likely (Fisher and Yates). */
function permutation(size: number, random: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length: size }, (_, index) => index);
  for (let last = size - 1; last > 0; last--) {
    const drawn = random.below(last + 1);
    [order[last], order[drawn]] = [order[drawn]!, order[last]!];
  }
  return order;
}
