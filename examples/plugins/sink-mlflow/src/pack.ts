import { isNotFinite, type MlflowStatus } from './entry.js';
import { paramValue, tagValue } from './names.js';
import type { SpooledEntry } from './spool.js';

export interface MlflowMetric {
  readonly key: string;
  /** NaN and the infinities as strings, as protobuf's JSON has them. */
  readonly value: number | string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly step: number;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface LogBatch {
  readonly metrics: MlflowMetric[];
  readonly params: KeyValue[];
  readonly tags: KeyValue[];
}

/** A request, and the part of the spool that it completes. */
export type Delivered = (
  | {
      readonly kind: 'run';
      readonly experiment: string;
      readonly name: string;
      readonly key: string;
      readonly time: number;
    }
  | { readonly kind: 'batch'; readonly batch: LogBatch }
  | { readonly kind: 'status'; readonly status: MlflowStatus; readonly time: number }
) & {
  /** The position after the last entry that this request completes; null if it completes none. */
  readonly end: number | null;
  /** Whether it ends within an entry that is too large for one request. */
  readonly partial: boolean;
};

/** The documented limits of runs/log-batch. */
export const limits = { metrics: 1000, params: 100, tags: 100, entities: 1000, bytes: 1_000_000 } as const;
/** Reserve for what is not counted below: the run's id, brackets, escaped quotes. */
const bytesToSpare = 100_000;

/** Combines entries into requests, in order, within MLflow's limits. */
export function pack(entries: readonly SpooledEntry[]): Delivered[] {
  const requests: Delivered[] = [];
  let open = emptyBatch();
  let bytes = 0;
  let end: number | null = null;
  let partial = false;
  const close = () => {
    if (size(open) > 0) requests.push({ kind: 'batch', batch: open, end, partial });
    open = emptyBatch();
    bytes = 0;
    end = null;
  };
  const add = <K extends keyof LogBatch>(list: K, item: LogBatch[K][number]) => {
    const length = Buffer.byteLength(JSON.stringify(item)) + 1;
    const full = open[list].length >= limits[list] || size(open) >= limits.entities;
    if (full || bytes + length > limits.bytes - bytesToSpare) close();
    (open[list] as (typeof item)[]).push(item);
    bytes += length;
    partial = true;
  };
  for (const { entry, end: after } of entries) {
    switch (entry.kind) {
      case 'metrics':
        for (const [key, value] of Object.entries(entry.values)) {
          add('metrics', {
            key,
            value: isNotFinite(value) ? String(value) : value,
            timestamp: entry.time,
            step: entry.step,
          });
        }
        break;
      case 'params':
        for (const [key, value] of Object.entries(entry.params)) add('params', { key, value: paramValue(value) });
        break;
      case 'tags':
        for (const [key, value] of Object.entries(entry.tags)) add('tags', { key, value: tagValue(value) });
        break;
      default:
        close();
        requests.push({ ...entry, end: after, partial: false });
        continue;
    }
    end = after;
    partial = false;
  }
  close();
  return requests;
}

function emptyBatch(): LogBatch {
  return { metrics: [], params: [], tags: [] };
}

function size({ metrics, params, tags }: LogBatch): number {
  return metrics.length + params.length + tags.length;
}
