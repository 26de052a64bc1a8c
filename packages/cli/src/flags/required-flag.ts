import { ForgeError } from '@forge-ml/core';

/** Returns the value of a required flag. @throws ForgeError USAGE if it is missing */
export function requiredFlag(value: string | null, name: string, placeholder: string, command: string): string {
  if (value !== null && value !== '') return value;
  throw new ForgeError('USAGE', `forge ${command} requires --${name} ${placeholder}.`, {
    about: name,
    hint: `See forge ${command} --help.`,
  });
}
