import type { Delivery } from './delivery.js';
import { keyTag, type MlflowClient, placeOf } from './mlflow-client.js';
import { type Delivered, type LogBatch, pack } from './pack.js';
import { RequestError } from './request.js';
import type { Spool } from './spool.js';

/**
 * Sends the rest of the spool to MLflow, in order, one request at a time. If the outcome of an earlier request is unknown,
 * MLflow is first asked what it has.
 * @throws RequestError at the first failed request; acknowledged entries are never sent again
 */
export async function deliver(spool: Spool, delivery: Delivery, client: MlflowClient): Promise<void> {
  spool.write();
  while (delivery.state.offset < spool.length) {
    for (const request of pack(spool.read(delivery.state.offset))) {
      delivery.update({ inFlight: true });
      try {
        await send(request, delivery, client);
      } catch (error) {
        if (!(error instanceof RequestError) || error.mayBeDone) delivery.uncertain = true;
        if (!delivery.uncertain) delivery.update({ inFlight: false });
        throw error;
      }
      // After a crash a partially sent entry is sent again from its start, so MLflow must be asked then too.
      delivery.update({ offset: request.end ?? delivery.state.offset, inFlight: request.partial });
      if (!request.partial) delivery.uncertain = false;
    }
  }
}

async function send(request: Delivered, delivery: Delivery, client: MlflowClient): Promise<void> {
  if (request.kind === 'run') {
    const experimentId = await client.experiment(request.experiment);
    const found = delivery.uncertain ? await client.findRun(experimentId, request.key) : undefined;
    const tags = [
      { key: keyTag, value: request.key },
      { key: 'mlflow.source.name', value: 'forge train' },
    ];
    delivery.update({ runId: found ?? (await client.createRun(experimentId, request.name, request.time, tags)) });
    return;
  }
  const { runId } = delivery.state;
  if (runId === null) throw new RequestError('the spool does not start with a run', { retry: false, mayBeDone: false });
  if (request.kind === 'status') {
    await client.updateRun(runId, request.status, request.status === 'RUNNING' ? null : request.time);
    return;
  }
  const batch = delivery.uncertain ? await withoutKnown(request.batch, runId, client) : request.batch;
  if (batch.metrics.length + batch.params.length + batch.tags.length > 0) await client.logBatch(runId, batch);
}

/** Removes points that MLflow has, because it would store them twice. Params and tags may be sent again. */
async function withoutKnown(batch: LogBatch, runId: string, client: MlflowClient): Promise<LogBatch> {
  const known = new Map<string, Set<string>>();
  for (const key of new Set(batch.metrics.map((metric) => metric.key))) known.set(key, await client.points(runId, key));
  return { ...batch, metrics: batch.metrics.filter((metric) => !known.get(metric.key)!.has(placeOf(metric))) };
}
