import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricRecord, MetricSink } from '@forge-ml/core/plugin';
import { deliver } from './deliver.js';
import { Delivery } from './delivery.js';
import { type Entry, type MlflowStatus, metricsEntry } from './entry.js';
import { MlflowClient } from './mlflow-client.js';
import { mlflowName, paramValue } from './names.js';
import { defaultPace, type Pace } from './pace.js';
import type { Server } from './request.js';
import { Sender } from './sender.js';
import { Spool } from './spool.js';

/** The part of Forge's plugin run that the sink needs. */
export interface SinkRun {
  readonly folder: string;
  readonly id: string;
  readonly resumedAt: number | null;
  /** The value of every flag of the run. */
  readonly config: Readonly<Record<string, unknown>>;
  warn(message: string): void;
}

const statuses: Readonly<Record<'completed' | 'stopped' | 'failed', MlflowStatus>> = {
  completed: 'FINISHED',
  stopped: 'KILLED',
  failed: 'FAILED',
};

export function spoolPaths(run: string): { readonly spool: string; readonly sent: string } {
  return { spool: join(run, 'mlflow', 'spool.jsonl'), sent: join(run, 'mlflow', 'sent.json') };
}

/**
 * Writes records to the run's spool, from which they are sent to MLflow in the background. Training waits for neither: a
 * dead, slow or failing server does not slow it down, and gets the records later.
 */
export class MlflowSink implements MetricSink {
  private readonly abort = new AbortController();
  private readonly sender: Sender;
  private readonly timer: NodeJS.Timeout;
  private open = true;

  private constructor(
    run: SinkRun,
    server: Server,
    private readonly spool: Spool,
    delivery: Delivery,
    /** Points after the resumed step that are in MLflow or in the spool. */
    private readonly known: Map<string, number>,
    pace: Pace,
  ) {
    const client = new MlflowClient(server, this.abort.signal);
    this.sender = new Sender(
      () => deliver(spool, delivery, client),
      (reason, permanent) => {
        const next = permanent ? `. Once that is fixed: forge mlflow sync ${run.folder}` : ', to send them later';
        run.warn(
          `MLflow at ${server.url} does not accept the metrics (${reason}). Buffering them in ${spool.path}${next}.`,
        );
      },
      pace,
    );
    this.timer = setInterval(() => this.writeQuietly(), pace.interval).unref();
    this.sender.schedule();
  }

  /** @param experiment its name in MLflow. Default: the experiment of the run */
  static async open(
    run: SinkRun,
    server: Server,
    experiment: string | null,
    pace: Pace = defaultPace,
  ): Promise<MlflowSink> {
    mkdirSync(join(run.folder, 'mlflow'), { recursive: true });
    const paths = spoolPaths(run.folder);
    const spool = Spool.open(paths.spool);
    const delivery = Delivery.open(paths.sent, server.url);
    delivery.update({});
    const time = Date.now();
    const before = await readBack(spool, run.resumedAt ?? Number.POSITIVE_INFINITY);
    const params = Object.fromEntries(
      Object.entries(run.config).map(([name, value]) => [mlflowName(name), paramValue(value)]),
    );
    if (before.params === undefined) {
      const name = experiment ?? run.id.slice(0, run.id.lastIndexOf('/'));
      spool.add({ kind: 'run', experiment: name, name: run.id, key: randomUUID(), time });
      spool.add({ kind: 'params', params });
    } else {
      spool.add({ kind: 'status', status: 'RUNNING', time });
      // MLflow params cannot be changed.
      const changed = Object.entries(params).filter(([name, value]) => before.params![name] !== value);
      const tags = Object.fromEntries(changed.map(([name, value]) => [`forge.resumed.${name}`, value]));
      if (changed.length > 0) spool.add({ kind: 'tags', tags });
    }
    spool.write();
    return new MlflowSink(run, server, spool, delivery, before.known, pace);
  }

  write(record: MetricRecord): void {
    const entry = metricsEntry(record);
    const fresh = this.known.size === 0 ? entry : this.unknown(entry);
    if (fresh === undefined) return;
    this.spool.add(fresh);
    this.sender.schedule();
  }

  /** Synchronous, so that the spool is never behind a checkpoint. */
  flush(): void {
    this.spool.write();
  }

  async close(end?: { readonly status: keyof typeof statuses }): Promise<void> {
    if (!this.open) return;
    this.open = false;
    clearInterval(this.timer);
    if (end !== undefined) this.spool.add({ kind: 'status', status: statuses[end.status], time: Date.now() });
    this.spool.write();
    await this.sender.drain(() => this.abort.abort());
    this.spool.close();
  }

  /** Removes values that a repeated step after a resume has already logged. */
  private unknown(entry: Extract<Entry, { kind: 'metrics' }>): typeof entry | undefined {
    const fresh = Object.entries(entry.values).filter(([name, value]) => {
      const place = `${name}@${entry.step}`;
      const same = this.known.has(place) && Object.is(this.known.get(place), value);
      this.known.delete(place);
      return !same;
    });
    return fresh.length === 0 ? undefined : { ...entry, values: Object.fromEntries(fresh) };
  }

  private writeQuietly(): void {
    try {
      this.spool.write();
    } catch {
      // The next record throws the same error, which Forge reports.
      clearInterval(this.timer);
    }
  }
}

async function readBack(spool: Spool, step: number) {
  const known = new Map<string, number>();
  let params: Readonly<Record<string, string>> | undefined;
  for await (const entry of spool.entries()) {
    if (entry.kind === 'params') params = entry.params;
    if (entry.kind !== 'metrics' || entry.step <= step) continue;
    for (const [name, value] of Object.entries(entry.values)) known.set(`${name}@${entry.step}`, value);
  }
  return { params, known };
}
