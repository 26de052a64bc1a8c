import { type ErrorCode, ForgeError, messageOf } from '../../errors/forge-error.js';
import { describeValue } from '../../model/model-error.js';
import { coerceFlag } from './coerce-flag.js';
import { type Flag, type FlagSpecs, flag } from './flag.js';

/** A mistake in a declaration of flags. */
export interface FlagFault {
  /** The name of the flag. */
  readonly about: string;
  /** The end of a sentence about the declaring config, plugin or command: `has a flag "size" that …`. */
  readonly wrong: string;
  readonly hint: string;
}

const kinds = Object.keys(flag);
const makers = kinds.map((kind) => `flag.${kind}`).join(', ');

/** The first fault in the flags of a config, a plugin or a command; undefined if there is none. */
export function flagFault(flags: unknown): FlagFault | undefined {
  if (typeof flags !== 'object' || flags === null || Array.isArray(flags)) {
    const wrong = `has flags that are ${describeValue(flags)}, not an object`;
    return { about: 'flags', wrong, hint: "For example: flags: { rate: flag.float(0.5, 'What it does.') }." };
  }
  const misnamed = wrongName(flags);
  if (misnamed !== undefined) return misnamed;
  for (const [name, spec] of Object.entries(flags)) {
    const fault = wrongSpec(name, spec);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/**
 * @param of the declaring config, plugin or command, for the start of the message
 * @throws ForgeError naming `of` and the flag that is not made with `flag`, has no valid default, or has a name that is
 * impossible on a command line or as a key of an object
 */
export function checkFlags(flags: unknown, of: string, code: ErrorCode): asserts flags is FlagSpecs {
  const fault = flagFault(flags);
  if (fault === undefined) return;
  throw new ForgeError(code, `${of} ${fault.wrong}.`, { about: fault.about, hint: fault.hint });
}

function wrongName(flags: object): FlagFault | undefined {
  const prototype: object | null = Object.getPrototypeOf(flags);
  // True for `{ __proto__: flag.integer(…) }`.
  const inherits = prototype !== null && Object.getPrototypeOf(prototype) !== null;
  const name = inherits ? '__proto__' : Object.keys(flags).find((name) => !/^\p{L}[\p{L}\p{N}_-]*$/u.test(name));
  if (name === undefined) return undefined;
  return {
    about: name,
    wrong: `has a flag that cannot be called "${name}"`,
    hint: 'A name starts with a letter, and has letters, digits, - and _.',
  };
}

function wrongSpec(name: string, spec: unknown): FlagFault | undefined {
  const flagNamed = `has a flag "${name}"`;
  const hint = `For example: ${name}: flag.float(0.5, 'What it does.').`;
  if (!isMadeWithFlag(spec)) {
    return { about: name, wrong: `${flagNamed} that is ${describeValue(spec)}, not made with ${makers}`, hint };
  }
  if (spec.default === undefined) return { about: name, wrong: `${flagNamed} without a default`, hint };
  try {
    coerceFlag(name, spec, spec.default);
    return undefined;
  } catch (error) {
    const reason = messageOf(error).replace(/\.$/, '');
    return { about: name, wrong: `${flagNamed} with an invalid default: ${reason}`, hint };
  }
}

/** Checks the fields, not the class: a flag may be made with another copy of this package. */
function isMadeWithFlag(spec: unknown): spec is Flag<unknown> {
  if (typeof spec !== 'object' || spec === null) return false;
  const { kind, nullable } = spec as Partial<Flag<unknown>>;
  return typeof kind === 'string' && kinds.includes(kind) && typeof nullable === 'boolean' && 'default' in spec;
}
