import { ForgeError } from '@forge-ml/core';

/** A flag that a command cannot do without. @throws ForgeError USAGE where it is not given */
export function requiredFlag(value: string | null, name: string, placeholder: string, command: string): string {
  if (value !== null && value !== '') return value;
  throw new ForgeError('USAGE', `forge ${command} needs --${name} ${placeholder}.`, {
    about: name,
    hint: `forge ${command} --help says more.`,
  });
}
