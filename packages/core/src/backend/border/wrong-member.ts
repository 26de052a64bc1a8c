import { describeValue } from '../../model/model-error.js';

type MemberKind = 'function' | 'text' | 'boolean' | 'object' | 'list' | 'anything';

type Member = MemberKind | `${MemberKind}?`;

/** What an object of a port must have, by name; with a question mark what it may have. */
export type Members = Readonly<Record<string, Member>>;

/** The same of an interface, all of it: so that a member that is added is not forgotten here. */
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
 * What is wrong with an object that code from outside of Forge returned, as the end of a sentence about it: `is null,
 * not an object`, `has no function write`. Undefined where all is there.
 */
export function wrongMember(value: unknown, members: Members): string | undefined {
  if (!isRecord(value) && typeof value !== 'function') return `is ${describeValue(value)}, not an object`;
  for (const [name, wanted] of Object.entries(members)) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    const optional = wanted.endsWith('?');
    const kind = kinds[wanted.replace('?', '') as MemberKind];
    if (kind.is(member) || (optional && member === undefined)) continue;
    if (member === undefined) return `has no ${name}, which must be ${kind.name}`;
    return `has ${article(name)} ${name} that is ${describeValue(member)}, not ${kind.name}`;
  }
  return undefined;
}

/** `a` or `an`, as a name is read. */
export function article(name: string): string {
  return /^[aeio]/i.test(name) ? 'an' : 'a';
}
