import type { Direction } from '../../metrics/metric-direction.js';
import type { StoredFlag } from '../record/flags-file.js';
import type { RunRecord } from '../record/run-record.js';
import type { ShownStatus } from '../record/run-status.js';
import type { ComparedCode } from './compared-code.js';
import type { RunMetrics } from './run-metrics.js';

/** A value that is compared. */
export type Fact = string | number | boolean | null;
export type Facts = ReadonlyMap<string, Fact>;

/** The groups of facts besides flags, code and metrics, in the order they are shown. */
export const factGroups = ['progress', 'git', 'versions', 'data', 'engine'] as const;
export type FactGroup = (typeof factGroups)[number];

/** What is compared: a run, or the files of the project. */
export interface Compared extends RunMetrics {
  /** `mnist/3`, or `the project`. */
  readonly name: string;
  /** The run's folder; null for the project. */
  readonly run: string | null;
  readonly flags: ReadonlyMap<string, StoredFlag>;
  /** null for a run that stores no code. */
  readonly code: ComparedCode | null;
  readonly facts: Readonly<Record<FactGroup, Facts>>;
  /** By address. */
  readonly directions: Readonly<Record<string, Direction>>;
}

/** Flags that say where a run is. Its name says so too. */
const whereabouts = ['resultsDir', 'runName'];

export function comparedFlags(flags: Readonly<Record<string, unknown>>): Map<string, StoredFlag> {
  const entries = Object.entries(flags as Readonly<Record<string, StoredFlag>>);
  return new Map(entries.filter(([name]) => !whereabouts.includes(name)));
}

export function progressFacts(record: Pick<RunRecord, 'step' | 'epoch'>, status: ShownStatus): Facts {
  return new Map<string, Fact>([
    ['status', status],
    ['step', record.step],
    ['epoch', record.epoch],
  ]);
}

export function gitFacts(git: Pick<NonNullable<RunRecord['git']>, 'commit' | 'branch' | 'dirty'> | null): Facts {
  if (git === null) return new Map();
  return new Map<string, Fact>([
    ['commit', git.commit],
    ['branch', git.branch],
    ['dirty', git.dirty],
  ]);
}

export function versionFacts({ versions, backend, engine }: Pick<RunRecord, 'versions' | 'backend' | 'engine'>): Facts {
  return new Map([...Object.entries(versions), [backend.package, backend.version], ...Object.entries(engine.versions)]);
}

export function engineFacts({ backend, engine }: Pick<RunRecord, 'backend' | 'engine'>): Facts {
  const settings = Object.entries(engine.settings ?? {}).map(([name, value]): [string, Fact] => [name, String(value)]);
  return new Map<string, Fact>([
    ['backend', backend.name],
    ['engine', engine.engine],
    ['device', engine.device],
    ...settings,
  ]);
}

/**
 * What a run knows of its data: the arrays of a batch, the data files that it stores and those that it does not, what its
 * preprocessing learned, and the parameters of another run that it began with.
 */
export function dataFacts(
  { batch, init, preprocessing = {} }: Pick<RunRecord, 'batch' | 'init' | 'preprocessing'>,
  code: Pick<ComparedCode, 'dataFiles' | 'missing'> | null,
): Facts {
  const arrays = Object.entries(batch).map(([name, { dtype, shape }]): [string, Fact] => {
    return [`batch.${name}`, `${dtype} [${shape.join(', ')}]`];
  });
  const files = (code?.dataFiles ?? []).map(({ path, bytes, checksum }): [string, Fact] => {
    return [path, `${bytes} bytes, ${checksum}`];
  });
  const missing = (code?.missing ?? []).map(({ name, reason }): [string, Fact] => [name, reason]);
  const fitted = Object.entries(preprocessing).map(([name, { bytes, checksum }]): [string, Fact] => {
    return [`preprocessing/${name}.json`, `${bytes} bytes, ${checksum}`];
  });
  const initial = init === undefined ? [] : [['initial parameters', describeInit(init)] as const];
  return new Map([...arrays, ...files, ...missing, ...fitted, ...initial]);
}

function describeInit({ from, step, weights, file }: NonNullable<RunRecord['init']>): string {
  return `${from}${step === null ? '' : `@${step}`}${weights === 'ema' ? ' (moving average)' : ''}, ${file.checksum}`;
}
