import { ForgeError } from '../../errors/forge-error.js';
import { checkCount } from '../check.js';

/** How elements of different sizes are padded to one size. */
export interface PadOptions {
  /** What fills each array that is padded, by its name: `{ tokens: 0 }`. Arrays that are not named must have one shape. */
  readonly pad: Readonly<Record<string, number>>;
  /** The padded length is a multiple of this number, so that fewer shapes occur. Default: 1. */
  readonly multiple?: number;
  /** Adds a bool array of shape [batch, length] that is true for values and false for padding: `{ tokens: 'mask' }`. */
  readonly mask?: Readonly<Record<string, string>>;
  /** Adds an int32 array of shape [batch] with the length before padding: `{ tokens: 'length' }`. */
  readonly lengths?: Readonly<Record<string, string>>;
}

export const padOptionNames = ['pad', 'multiple', 'mask', 'lengths', 'dropRemainder'] as const;
export const padSynonyms = {
  padding: 'pad',
  paddingValues: 'pad',
  padValue: 'pad',
  padToMultipleOf: 'multiple',
  attentionMask: 'mask',
  length: 'lengths',
  dropLast: 'dropRemainder',
};

/** @throws ForgeError for options that have no effect or cannot be met */
export function checkPadding({ pad, multiple = 1, mask = {}, lengths = {} }: PadOptions, of: string): void {
  if (typeof pad !== 'object' || pad === null || Object.keys(pad).length === 0) {
    throw new ForgeError('DATA_INVALID', `${of} was not given what to pad.`, {
      about: 'pad',
      hint: 'Name each array and its padding, as in { pad: { tokens: 0 } }; to pad nothing, use batch(size).',
    });
  }
  checkCount('The multiple of a padded length', multiple, 1);
  for (const [name, value] of Object.entries(pad)) {
    if (typeof value === 'number') continue;
    throw new ForgeError('DATA_INVALID', `The padding of "${name}" is not a number.`, { about: name });
  }
  const added = new Set<string>();
  for (const [option, names] of Object.entries({ mask, lengths })) {
    for (const [name, target] of Object.entries(names)) {
      if (!Object.hasOwn(pad, name)) {
        throw new ForgeError('DATA_INVALID', `${of} has ${option} for "${name}", which it does not pad.`, {
          about: name,
          hint: `It pads ${Object.keys(pad).join(', ')}.`,
        });
      }
      if (added.has(target) || Object.hasOwn(pad, target)) {
        throw new ForgeError('DATA_INVALID', `${of} has two arrays called "${target}".`, { about: target });
      }
      added.add(target);
    }
  }
}

/** Whether more is made of the elements than zeros at their ends: then a model needs it in predictions too. */
export function convertsElements({ pad = {}, mask = {}, lengths = {} }: Partial<PadOptions> = {}): boolean {
  const added = [...Object.keys(mask), ...Object.keys(lengths)];
  return added.length > 0 || Object.values(pad).some((value) => value !== 0);
}
