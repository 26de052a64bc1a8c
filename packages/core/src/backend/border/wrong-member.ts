import { describeValue } from '../../model/model-error.js';

type MemberKind = 'function' | 'text' | 'boolean' | 'object' | 'list' | 'anything';

type Member = MemberKind | `${MemberKind}?`;

/** The members of an object of a port, by name; those with a question mark are optional. */
export type Members = Readonly<Record<string, Member>>;

/** All members of an interface, so that the compiler reports a new member that is not checked. */
export type MembersOf<T> = { readonly [Name in keyof Required<T>]: Member };

const kinds: Readonly<Record<MemberKind, { readonly name: string; is(value: unknown): boolean }>> = {
  function: { name: 'a function', is: (value) => typeof value === 'function' },
  text: { name: 'text', is: (value) => typeof value === 'string' },
  boolean: { name: 'true or false', is: (value) => typeof value === 'boolean' },
  object: { name: 'an object', is: isRecord },
  list: { name: 'an array', is: Array.isArray },
  anything: { name: 'something', is: () => true },
};

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The first fault of an object that foreign code returned, as the end of a sentence: `is null, not an object`, `has no
 * write, which must be a function`. Undefined if it has none.
 */
export function wrongMember(value: unknown, members: Members): string | undefined {
  if (!isRecord(value) && typeof value !== 'function') return `is ${describeValue(value)}, not an object`;
  for (const [name, expected] of Object.entries(members)) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    const optional = expected.endsWith('?');
    const kind = kinds[expected.replace('?', '') as MemberKind];
    if (kind.is(member) || (optional && member === undefined)) continue;
    if (member === undefined) return `has no ${name}, which must be ${kind.name}`;
    return `has ${article(name)} ${name} that is ${describeValue(member)}, not ${kind.name}`;
  }
  return undefined;
}

/** `a` or `an`, by the first letter of the name. */
export function article(name: string): string {
  return /^[aeio]/i.test(name) ? 'an' : 'a';
}
