import type { MeasuredValue } from '../../metrics/log/last-and-best.js';
import type { StoredFlag } from '../record/flags-file.js';
import { type Compared, type Fact, type FactGroup, type Facts, factGroups } from './compared.js';
import { type CodeDifference, diffCode } from './diff-code.js';

/** A value that differs; null on the side that has none. */
export interface Difference<T> {
  readonly name: string;
  readonly a: T | null;
  readonly b: T | null;
}

/** What differs between two runs, or between a run and the project. */
export interface RunDiff {
  readonly a: Pick<Compared, 'name' | 'run'>;
  readonly b: Pick<Compared, 'name' | 'run'>;
  readonly same: boolean;
  readonly flags: readonly Difference<StoredFlag>[];
  readonly code: readonly CodeDifference[];
  readonly facts: Readonly<Record<FactGroup, readonly Difference<Fact>[]>>;
  /** By address: `valid.loss`. */
  readonly last: readonly Difference<number>[];
  readonly best: readonly Difference<MeasuredValue>[];
  /** What was not compared: the project has no metrics. */
  readonly notCompared: readonly (FactGroup | 'code' | 'metrics')[];
}

/**
 * What differs between two runs. Flags and facts with equal values are not listed, also where their sources differ.
 * @param notCompared what one of the two cannot have
 */
export async function diffCompared(
  a: Compared,
  b: Compared,
  notCompared: readonly (FactGroup | 'metrics')[] = [],
): Promise<RunDiff> {
  const flags = differences(a.flags, b.flags, (one, other) => Object.is(one.value, other.value));
  const skipped = a.code === null || b.code === null ? (['code', ...notCompared] as const) : notCompared;
  const code = a.code === null || b.code === null ? [] : await diffCode(a.code, b.code);
  const facts = Object.fromEntries(
    factGroups.map((group) => [group, skipped.includes(group) ? [] : factDifferences(a.facts[group], b.facts[group])]),
  ) as unknown as RunDiff['facts'];
  const withMetrics = !skipped.includes('metrics');
  const last = withMetrics ? differences(a.last, b.last, Object.is) : [];
  const best = withMetrics ? differences(a.best, b.best, isSameMeasured) : [];
  const oneStoresCode = (a.code === null) !== (b.code === null);
  const lists = [flags, code, last, best, ...Object.values(facts)];
  return {
    a: { name: a.name, run: a.run },
    b: { name: b.name, run: b.run },
    same: !oneStoresCode && lists.every((list) => list.length === 0),
    flags,
    code,
    facts,
    last,
    best,
    notCompared: skipped,
  };
}

function factDifferences(a: Facts, b: Facts): Difference<Fact>[] {
  return differences(a, b, Object.is);
}

function isSameMeasured(one: MeasuredValue, other: MeasuredValue): boolean {
  return Object.is(one.value, other.value) && one.step === other.step;
}

function differences<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  same: (one: T, other: T) => boolean,
): Difference<T>[] {
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((name) => {
    const [one, other] = [a.get(name), b.get(name)];
    if (one !== undefined && other !== undefined && same(one, other)) return [];
    return [{ name, a: one ?? null, b: other ?? null }];
  });
}
