import { ForgeError } from '../../errors/forge-error.js';
import type { TextValue } from '../media-value.js';

/** Longer texts belong in a file of the user's own. */
const maxLength = 1 << 22;

/** A text to log, for example what a language model writes. @throws ForgeError DATA_INVALID if it is too long */
export function text(value: string): TextValue {
  if (typeof value !== 'string') {
    throw new ForgeError('DATA_INVALID', `The text to log is a ${typeof value}, not a string.`, { about: 'text' });
  }
  if (value.length > maxLength) {
    const message = `The text to log has ${value.length} characters; the maximum is ${maxLength}.`;
    throw new ForgeError('DATA_INVALID', message, { about: 'text', hint: 'Log a part of it.' });
  }
  return { kind: 'text', text: value };
}
