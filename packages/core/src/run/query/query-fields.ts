import { nearestName, toKebab } from '../../text/flag-names.js';
import type { FieldPath } from './query.js';

/** A value of a field of a run; NaN and ±Infinity are numbers. A missing value is undefined. */
export type FieldValue = string | number | boolean | readonly string[];

/**
 * How the values of a field compare. `time` is an ISO 8601 text, `duration` a number of seconds; a flag is of `any` kind:
 * text, a number or a boolean.
 */
export type FieldKind = 'number' | 'duration' | 'time' | 'text' | 'boolean' | 'tags' | 'any';

/** The fields of every run, and what they are, for help and error messages. */
export const fixedFields: Readonly<Record<string, { readonly kind: FieldKind; readonly description: string }>> = {
  status: { kind: 'text', description: 'running, completed, stopped, failed, crashed or damaged' },
  experiment: { kind: 'text', description: 'the name of the experiment' },
  number: { kind: 'number', description: "the run's number within its experiment" },
  created: { kind: 'time', description: 'when the run was created' },
  duration: { kind: 'duration', description: 'the time of training, without pauses' },
  step: { kind: 'number', description: 'updates done' },
  epoch: { kind: 'number', description: 'the epoch, from 0' },
  backend: { kind: 'text', description: 'the backend' },
  engine: { kind: 'text', description: 'the engine of the backend' },
  reason: { kind: 'text', description: 'why the run ended' },
  tag: { kind: 'tags', description: 'the tags of the run' },
  name: { kind: 'text', description: 'the display name' },
  note: { kind: 'text', description: 'the note' },
  host: { kind: 'text', description: 'the host it was created on' },
  'git.commit': { kind: 'text', description: 'the commit of the code' },
  'git.branch': { kind: 'text', description: 'the branch' },
  'git.dirty': { kind: 'boolean', description: 'whether something was not committed' },
};

/** The statuses of runs, as lists show them. */
export const statuses = ['running', 'completed', 'stopped', 'failed', 'crashed', 'damaged'] as const;

/** The field of a run as it is stored: `flags.hidden`, `best.valid.loss`, `git.commit`. */
export interface Field {
  readonly key: string;
  readonly kind: FieldKind;
  readonly metric?: { readonly split: string; readonly name: string; readonly of: 'best' | 'last' };
}

/** Why a path is no field, and what to do. */
export interface UnknownField {
  readonly problem: string;
  readonly hint: string;
}

/** The keys of all values of some runs: `flags.hidden`, `last.valid.loss`. Undefined: any flag and metric may exist. */
export type KnownKeys = ReadonlySet<string> | undefined;

/** Finds the field of a path. Names of flags may be in camel, snake or kebab case. */
export function findField({ path }: Pick<FieldPath, 'path'>, known: KnownKeys): Field | UnknownField {
  const [first, ...rest] = path as readonly [string, ...string[]];
  const text = path.join('.');
  if (path.length === 1 && first === 'tags') return { key: 'tag', kind: 'tags' };
  if (Object.hasOwn(fixedFields, text)) return { key: text, kind: fixedFields[text]!.kind };
  if (first === 'flags' && rest.length > 0) return findFlag(rest.join('.'), known);
  if ((first === 'best' || first === 'last') && rest.length > 1) return findMetric(first, rest, known);
  return { problem: `There is no field "${text}".`, hint: similarField(text, known) };
}

export function isField(found: Field | UnknownField): found is Field {
  return 'key' in found;
}

function findFlag(name: string, known: KnownKeys): Field | UnknownField {
  const exact = `flags.${name}`;
  if (known === undefined || known.has(exact)) return { key: exact, kind: 'any' };
  const flags = [...known].filter((key) => key.startsWith('flags.')).map((key) => key.slice('flags.'.length));
  const kebab = toKebab(name);
  const same = flags.find((flag) => toKebab(flag) === kebab);
  if (same !== undefined) return { key: `flags.${same}`, kind: 'any' };
  const nearest = nearestName(name, flags);
  const list = flags.length === 0 ? 'No run has flags.' : `Flags of these runs: ${listed(flags)}.`;
  return {
    problem: `No run has a flag "${name}".`,
    hint: nearest === undefined ? list : `Did you mean flags.${nearest}?`,
  };
}

function findMetric(of: 'best' | 'last', [split, ...names]: readonly string[], known: KnownKeys): Field | UnknownField {
  const name = names.join('.');
  const key = `${of}.${split}.${name}`;
  const field = { key, kind: 'number', metric: { split: split!, name, of } } as const;
  if (known === undefined || known.has(key)) return field;
  const last = [...known].filter((other) => other.startsWith('last.')).map((other) => other.slice('last.'.length));
  if (of === 'best' && known.has(`last.${split}.${name}`)) {
    return {
      problem: `${split}.${name} has no best value: it is unknown whether a lower or a higher one is better.`,
      hint: `Use last.${split}.${name}, or declare it in the model: metrics: { ${JSON.stringify(name)}: { direction: 'max' } }.`,
    };
  }
  const nearest = nearestName(`${split}.${name}`, last);
  const list = last.length === 0 ? 'No run has metrics.' : `Metrics of these runs: ${listed(last)}.`;
  return {
    problem: `No run has a metric "${split}.${name}".`,
    hint: nearest === undefined ? list : `Did you mean ${of}.${nearest}?`,
  };
}

/** A bare name of a flag or metric is a common mistake: `accuracy > 0.9`, `valid.loss < 1`. */
function similarField(text: string, known: KnownKeys): string {
  const meant = new Map<string, string>();
  const add = (name: string, key: string) => void (meant.has(name) || meant.set(name, key));
  for (const name of [...Object.keys(fixedFields), 'tags']) add(name, name);
  for (const key of known ?? []) if (key.startsWith('flags.')) add(key.slice('flags.'.length), key);
  const best = [...(known ?? [])].filter((key) => key.startsWith('best.'));
  // Held-out splits first: of the names they share, those are meant.
  for (const key of best.sort((a, b) => Number(a.startsWith('best.train.')) - Number(b.startsWith('best.train.')))) {
    const address = key.slice('best.'.length);
    add(address, key);
    add(address.slice(address.indexOf('.') + 1), key);
  }
  const nearest = nearestName(text, meant.keys());
  if (nearest !== undefined) return `Did you mean ${meant.get(nearest)}?`;
  return `Fields: ${Object.keys(fixedFields).join(', ')}, flags.NAME, best.SPLIT.METRIC, last.SPLIT.METRIC.`;
}

const mostListed = 12;

function listed(names: readonly string[]): string {
  const sorted = [...names].sort();
  const more = sorted.length - mostListed;
  return more > 0 ? `${sorted.slice(0, mostListed).join(', ')} and ${more} more` : sorted.join(', ');
}
