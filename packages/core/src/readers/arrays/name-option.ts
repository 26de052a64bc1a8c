import { ForgeError } from '../../errors/forge-error.js';

/** The name of the only array of a file. @throws ForgeError OPTION_UNKNOWN */
export function nameOption(value: unknown, of: string): string {
  if (value === undefined) return 'x';
  if (typeof value === 'string' && value !== '') return value;
  throw new ForgeError('OPTION_UNKNOWN', `name of ${of} must be a text.`, { about: 'name' });
}
