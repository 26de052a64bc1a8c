import type { MlflowStatus } from './entry.js';
import type { KeyValue, LogBatch } from './pack.js';
import { RequestError, request, type Server } from './request.js';

/** The tag that finds a run if the answer to its creation was lost. */
export const keyTag = 'forge.key';

const pointsPerPage = '25000';

/** The calls of MLflow's tracking API that a run needs. All throw RequestError. */
export class MlflowClient {
  constructor(
    private readonly server: Server,
    private readonly signal?: AbortSignal,
  ) {}

  /** Finds or creates an experiment. @returns its id */
  async experiment(name: string): Promise<string> {
    const found = await this.experimentNamed(name);
    if (found !== undefined) return found;
    try {
      return textIn(await this.post('experiments/create', { name }), 'experiment_id');
    } catch (error) {
      if (!hasCode(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
      // Another run created it, or the answer to an earlier request was lost.
      const existing = await this.experimentNamed(name);
      if (existing === undefined) throw error;
      return existing;
    }
  }

  /** @returns the new run's id */
  async createRun(experimentId: string, name: string, startTime: number, tags: readonly KeyValue[]): Promise<string> {
    const content = { experiment_id: experimentId, run_name: name, start_time: startTime, tags };
    return runIdIn((await this.post('runs/create', content)).run);
  }

  /** The id of the run with this key; undefined if there is none. */
  async findRun(experimentId: string, key: string): Promise<string | undefined> {
    const filter = `tags.\`${keyTag}\` = '${key}'`;
    const { runs } = await this.post('runs/search', { experiment_ids: [experimentId], filter, max_results: 1 });
    return Array.isArray(runs) && runs.length > 0 ? runIdIn(runs[0]) : undefined;
  }

  async logBatch(runId: string, { metrics, params, tags }: LogBatch): Promise<void> {
    await this.post('runs/log-batch', { run_id: runId, metrics, params, tags });
  }

  /** @param endTime null for a running run */
  async updateRun(runId: string, status: MlflowStatus, endTime: number | null): Promise<void> {
    await this.post('runs/update', { run_id: runId, status, ...(endTime === null ? {} : { end_time: endTime }) });
  }

  /** The points of a metric that MLflow has, each as `step@timestamp`. */
  async points(runId: string, key: string): Promise<Set<string>> {
    const found = new Set<string>();
    for (let token: unknown = ''; typeof token === 'string'; ) {
      const page = {
        run_id: runId,
        metric_key: key,
        max_results: pointsPerPage,
        ...(token === '' ? {} : { page_token: token }),
      };
      const { metrics, next_page_token: next } = await request(
        this.server,
        'GET',
        'metrics/get-history',
        page,
        this.signal,
      );
      for (const point of Array.isArray(metrics) ? metrics : []) found.add(placeOf(point));
      token = next === '' ? undefined : next;
    }
    return found;
  }

  private async experimentNamed(name: string): Promise<string | undefined> {
    try {
      const content = { experiment_name: name };
      const { experiment } = await request(this.server, 'GET', 'experiments/get-by-name', content, this.signal);
      return textIn(experiment, 'experiment_id');
    } catch (error) {
      if (hasCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
      throw error;
    }
  }

  private post(path: string, content: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    return request(this.server, 'POST', path, content, this.signal);
  }
}

/** The step and time of a point. MLflow's JSON has 64-bit numbers as strings or as numbers. */
export function placeOf({ step, timestamp }: { readonly step?: unknown; readonly timestamp?: unknown }): string {
  return `${Number(step ?? 0)}@${Number(timestamp ?? 0)}`;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof RequestError && error.code === code;
}

function runIdIn(run: unknown): string {
  return textIn(fieldOf(run, 'info'), 'run_id');
}

function textIn(object: unknown, field: string): string {
  const value = fieldOf(object, field);
  if (typeof value === 'string') return value;
  throw new RequestError(`the answer has no "${field}": is this an MLflow tracking server?`, {
    retry: false,
    mayBeDone: true,
  });
}

function fieldOf(object: unknown, field: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[field] : undefined;
}
