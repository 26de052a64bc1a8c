import type { RunFolder } from '../folder/run-folder.js';
import { bestOf } from './best-of-row.js';
import { type Compared, type Fact, type FactGroup, factGroups } from './compared.js';
import { diffCompared, type RunDiff } from './diff-runs.js';
import { readCompared } from './read-compared.js';

/** The groups of a comparison, in the order they are shown. */
export type RowGroup = 'flags' | 'code' | Exclude<FactGroup, 'git'> | 'best' | 'last';

/** One line of a comparison: a value of every run. */
export interface ComparedRow {
  readonly group: RowGroup;
  /** The flag, fact, or the metric's address. */
  readonly name: string;
  /** In the order of the runs; null where a run has none. */
  readonly values: readonly Fact[];
  /** Of a best value: its step. */
  readonly steps?: readonly (number | null)[];
  /** Of a metric with a known direction: the runs with the best value, by their place. */
  readonly best?: readonly number[];
  readonly equal: boolean;
}

export interface RunComparison {
  readonly runs: readonly { readonly name: string; readonly run: string }[];
  readonly rows: readonly ComparedRow[];
}

/** What differs between two runs. Reads only. @throws ForgeError RUN_INVALID, CODE_ALTERED, FILE_SYSTEM */
export async function diffRuns(a: RunFolder, b: RunFolder): Promise<RunDiff> {
  return diffCompared(await readCompared(a), await readCompared(b));
}

/** Compares several runs line by line. Reads only. @throws ForgeError RUN_INVALID, CODE_ALTERED, FILE_SYSTEM */
export async function compareRuns(folders: readonly RunFolder[]): Promise<RunComparison> {
  const runs: Compared[] = [];
  for (const folder of folders) runs.push(await readCompared(folder));
  return comparisonOf(runs);
}

/** Compares runs that have been read, line by line. */
export function comparisonOf(runs: readonly Compared[]): RunComparison {
  const groups = factGroups.filter((group) => group !== 'git');
  const rows = [
    ...rowsOf('flags', runs, ({ flags }) => new Map([...flags].map(([name, { value }]) => [name, value]))),
    ...rowsOf('code', runs, ({ code }) => new Map([['stored code', code === null ? 'none' : code.hash]])),
    ...groups.flatMap((group) => rowsOf(group, runs, ({ facts }) => facts[group])),
    ...bestRows(runs),
    ...lastRows(runs),
  ];
  return { runs: runs.map(({ name, run }) => ({ name, run: run! })), rows };
}

function rowsOf(
  group: RowGroup,
  runs: readonly Compared[],
  factsOf: (run: Compared) => ReadonlyMap<string, Fact>,
): ComparedRow[] {
  const facts = runs.map(factsOf);
  return namesIn(facts).map((name) => {
    const values = facts.map((of) => of.get(name) ?? null);
    return { group, name, values, equal: values.every((value) => Object.is(value, values[0])) };
  });
}

function bestRows(runs: readonly Compared[]): ComparedRow[] {
  const measured = runs.map(({ best }) => best);
  return namesIn(measured).map((name) => {
    const found = measured.map((of) => of.get(name));
    const row = metricRow(
      'best',
      name,
      found.map((one) => one?.value ?? null),
      runs,
    );
    return { ...row, steps: found.map((one) => one?.step ?? null) };
  });
}

function lastRows(runs: readonly Compared[]): ComparedRow[] {
  const last = runs.map((run) => run.last);
  return namesIn(last).map((name) =>
    metricRow(
      'last',
      name,
      last.map((of) => of.get(name) ?? null),
      runs,
    ),
  );
}

function metricRow(
  group: 'best' | 'last',
  name: string,
  values: readonly (number | null)[],
  runs: readonly Compared[],
): ComparedRow {
  const equal = values.every((value) => Object.is(value, values[0]));
  return { group, name, values, best: bestOf(name, values, runs), equal };
}

function namesIn(maps: readonly ReadonlyMap<string, unknown>[]): string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))];
}
