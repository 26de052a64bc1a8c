import { checkOptions, ForgeError, type RandomStream, type TensorData } from '@forge-ml/core/plugin';
import { type ImageTensor, imageOf, tensorOf } from './image-tensor.js';

/** Changes one image at random. */
export type ImageChange = (image: ImageTensor, random: RandomStream) => ImageTensor;

export interface ArrayOption {
  /** The name of the image in the rows. Default: `image`. */
  readonly array?: string;
}

/** A function for `augment` or `map` of a pipeline of rows: the same rows with another image. */
export type ImageFunction = <T extends object>(row: T, context: { readonly random: RandomStream }) => T;

/**
 * Makes functions of rows from a change of images. The random numbers are those of the element and of `name`, so adding
 * another change to a pipeline does not change what this one draws.
 */
export function imageFunction(
  array: string,
  changes: readonly (readonly [name: string, ImageChange])[],
): ImageFunction {
  return (row, { random }) => {
    let image = imageOf((row as Readonly<Record<string, unknown>>)[array], array);
    for (const [name, change] of changes) image = change(image, random.child(name));
    return { ...row, [array]: tensorOf(image) satisfies TensorData };
  };
}

/** Checks the options of a function, and returns the name of the array. @throws ForgeError OPTION_UNKNOWN, DATA_INVALID */
export function arrayOption(options: ArrayOption | undefined, known: readonly string[], of: string): string {
  checkOptions(options, [...known, 'array'], { of });
  const { array = 'image' } = options ?? {};
  if (typeof array !== 'string' || array === '') throw wrongOption(of, 'array', 'the name of an array');
  return array;
}

/** @throws ForgeError DATA_INVALID unless a number is in a range */
export function checkNumber(value: unknown, of: string, option: string, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw wrongOption(of, option, `a number from ${least} to ${most}`);
}

export function wrongOption(of: string, option: string, allowed: string): ForgeError {
  return new ForgeError('DATA_INVALID', `The option ${option} of ${of} is not valid: it is ${allowed}.`, {
    about: option,
  });
}
