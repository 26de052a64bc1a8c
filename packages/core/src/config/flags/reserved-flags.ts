import { ForgeError } from '../../errors/forge-error.js';
import { toKebab } from '../../text/flag-names.js';
import type { FlagDeclaration } from './resolve-flags.js';

/** Flags of the command line, which would hide a config's flag of the same name, and their owners. */
export const reservedFlags: ReadonlyMap<string, string> = new Map([
  ['help', 'every command'],
  ['json', 'every command'],
  ['debug', 'every command'],
  ['version', 'forge itself'],
  ['step', 'forge eval'],
  ['split', 'forge eval'],
  ['checkpoint', 'forge eval'],
  ['weights', 'forge eval'],
]);

/**
 * Refuses flags that conflict with the command line's own.
 * @throws ForgeError FLAG_CONFLICT naming both
 */
export function refuseReserved(declarations: readonly FlagDeclaration[]): void {
  const switches = new Map<string, string>();
  for (const { by, flags } of declarations) {
    for (const [name, { kind }] of Object.entries(flags)) if (kind === 'boolean') switches.set(toKebab(name), by);
  }
  for (const { by, flags } of declarations) {
    for (const name of Object.keys(flags)) {
      const kebab = toKebab(name);
      const owner = reservedFlags.get(kebab);
      if (owner !== undefined) throw conflict(name, `--${kebab} is declared by ${by}, but is a flag of ${owner}.`);
      const negated = kebab.startsWith('no-') ? kebab.slice(3) : undefined;
      const other = negated === undefined ? undefined : switches.get(negated);
      if (other === undefined) continue;
      throw conflict(
        name,
        `--${kebab} is declared by ${by}, and turns off --${negated}, which is declared by ${other}.`,
      );
    }
  }
}

function conflict(about: string, message: string): ForgeError {
  return new ForgeError('FLAG_CONFLICT', message, { about, hint: 'Rename it.' });
}
