import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../files/json-file.js';
import { encodeNumbers } from '../files/json-number.js';
import { decodeMetrics, runStatuses } from './run-record.js';
import type { RunSummary } from './run-summary.js';

const name = '.forge-index.json';
const formatVersion = 1;
/** With fewer runs it would save nothing that anybody notices. */
const worthIt = 500;
/** A file that changed so lately may change again without its times telling: they are kept in ticks. */
const settled = 2_000;

/** What tells one content of a `run.json` from another. Each new content is a new file: see `writeFileAtomic`. */
export type FileIdentity = readonly [inode: number, size: number, mtimeMs: number, ctimeMs: number];

export function identityOf({ ino, size, mtimeMs, ctimeMs }: Stats): FileIdentity {
  return [ino, size, mtimeMs, ctimeMs];
}

/**
 * What was read of the runs of a results folder, kept in `.forge-index.json` so that listing them again need only ask
 * whether each `run.json` is still the same file. It may be deleted at any time; where it cannot be written, listing
 * works without.
 */
export class RunIndex {
  private readonly next = new Map<string, IndexEntry>();
  private changed = false;

  private constructor(
    private readonly results: string,
    private readonly entries: ReadonlyMap<string, IndexEntry>,
  ) {}

  /** An index that cannot be understood is as good as none. */
  static open(results: string): RunIndex {
    return new RunIndex(results, readEntries(join(results, name)));
  }

  has(run: string): boolean {
    return this.entries.has(run);
  }

  /**
   * What is known of a run, if it was read from this very file.
   * @param run `mnist/3`
   */
  find(run: string, [inode, size, mtimeMs, ctimeMs]: FileIdentity): RunSummary | undefined {
    const entry = this.entries.get(run);
    if (entry === undefined) return undefined;
    const { identity, summary } = entry;
    const [i, s, m, c] = identity;
    if (i !== inode || s !== size || m !== mtimeMs || c !== ctimeMs) return undefined;
    this.next.set(run, entry);
    return { ...summary, metrics: decodeMetrics(summary.metrics) ?? {} };
  }

  /** Remembers what was read, unless it may change unseen: the run is at work, or its file has only just changed. */
  add(run: string, identity: FileIdentity, summary: RunSummary): void {
    if (summary.status === 'running' || Date.now() - Math.max(identity[2], identity[3]) < settled) return;
    this.next.set(run, { identity, summary });
    this.changed = true;
  }

  /** Writes what was found and added since it was opened, where that is news. */
  save(): void {
    if (this.next.size < worthIt || (!this.changed && this.next.size === this.entries.size)) return;
    const path = join(this.results, name);
    const temporary = `${path}.writing-${process.pid}-${randomBytes(4).toString('hex')}`;
    try {
      // Not fsynced: what a power cut leaves of it is not JSON, or is checked against the files like any other.
      writeFileSync(temporary, JSON.stringify({ formatVersion, runs: Object.fromEntries(this.next) }, encodeNumbers));
      renameSync(temporary, path);
    } catch {
      // A read-only or full results folder can be listed all the same.
      rmSync(temporary, { force: true });
    }
  }
}

interface IndexEntry {
  readonly identity: FileIdentity;
  /** As it stands in the file: NaN and the infinities of its metrics are strings. */
  readonly summary: RunSummary;
}

function readEntries(path: string): ReadonlyMap<string, IndexEntry> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return new Map();
  }
  if (!isObject(content) || content.formatVersion !== formatVersion || !isObject(content.runs)) return new Map();
  return new Map(Object.entries(content.runs).filter((entry): entry is [string, IndexEntry] => isEntry(entry[1])));
}

function isEntry(entry: unknown): boolean {
  if (!isObject(entry) || !Array.isArray(entry.identity) || !isObject(entry.summary)) return false;
  const { status, reason, step, epoch, metrics, created, ended, resumed, backend, engine, process } = entry.summary;
  return (
    runStatuses.some((known) => known === status) &&
    [created, backend, engine].every((text) => typeof text === 'string') &&
    [reason, ended, resumed].every((text) => text === null || typeof text === 'string') &&
    typeof step === 'number' &&
    typeof epoch === 'number' &&
    isObject(metrics) &&
    isObject(process)
  );
}
