import {
  type FieldValue,
  type MeasuredMetrics,
  type QueriedRun,
  type RunRecord,
  type ShownStatus,
  stepKey,
} from '@forge-ml/core/runs';

/** A run as `forge runs --json` prints it. */
export interface ListedRun {
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly status: ShownStatus | 'damaged';
  /** Why it failed, which signal stopped it, or what is wrong with its folder. */
  readonly reason: string | null;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly metrics: RunRecord['metrics'];
  /** The best value of each metric whose direction is known, and its step. */
  readonly best: MeasuredMetrics;
  readonly flags: Readonly<Record<string, FieldValue>>;
  readonly tags: readonly string[];
  readonly name: string | null;
  readonly note: string | null;
  readonly started: string | null;
  /** Seconds of training, without the pauses before resumes; null if its end is unknown. */
  readonly seconds: number | null;
  readonly backend: string | null;
  readonly engine: string | null;
}

/** @param keys of the fields that the runs have */
export function listedRuns(runs: readonly QueriedRun[], keys: readonly string[]): ListedRun[] {
  const [flags, last, best] = ['flags.', 'last.', 'best.'].map((prefix) => {
    return keys.filter((key) => key.startsWith(prefix)).map((key) => ({ key, name: key.slice(prefix.length) }));
  }) as [NamedKey[], NamedKey[], NamedKey[]];
  return runs.map((run) => {
    const get = <T extends FieldValue>(key: string) => (run.get(key) ?? null) as T | null;
    const { path, experiment, number } = run.folder;
    return {
      run: path,
      experiment,
      number,
      status: get<ListedRun['status']>('status')!,
      reason: get<string>('reason'),
      step: get<number>('step'),
      epoch: get<number>('epoch'),
      metrics: bySplit(last, (key) => run.get(key) as number | undefined),
      best: bySplit(best, (key, address) => {
        const value = run.get(key);
        return value === undefined ? undefined : { value: value as number, step: run.get(stepKey(address)) as number };
      }),
      flags: valuesOf(flags.map(({ key, name }) => [name, run.get(key)])),
      tags: get<readonly string[]>('tag') ?? [],
      name: get<string>('name'),
      note: get<string>('note'),
      started: get<string>('created'),
      seconds: get<number>('duration'),
      backend: get<string>('backend'),
      engine: get<string>('engine'),
    };
  });
}

interface NamedKey {
  readonly key: string;
  readonly name: string;
}

/** Values by the split and the name of their metric. */
function bySplit<T>(
  metrics: readonly NamedKey[],
  read: (key: string, address: string) => T | undefined,
): Record<string, Record<string, T>> {
  const splits = new Map<string, [string, T][]>();
  for (const { key, name: address } of metrics) {
    const value = read(key, address);
    if (value === undefined) continue;
    const dot = address.indexOf('.');
    const split = address.slice(0, dot);
    const entry: [string, T] = [address.slice(dot + 1), value];
    const entries = splits.get(split);
    if (entries === undefined) splits.set(split, [entry]);
    else entries.push(entry);
  }
  return Object.fromEntries([...splits].map(([split, entries]) => [split, Object.fromEntries(entries)]));
}

function valuesOf(entries: readonly (readonly [string, FieldValue | undefined])[]): Record<string, FieldValue> {
  return Object.fromEntries(entries.filter((entry): entry is [string, FieldValue] => entry[1] !== undefined));
}
