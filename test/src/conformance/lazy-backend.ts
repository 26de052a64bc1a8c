import type { Backend, Batch, StepRequest, TrainSession } from '@forge-ml/core/plugin';
import { copyOf } from './change-tensors.js';
import { withChanges } from './fault.js';

/** The most queued steps, since they hold memory. */
const longestQueue = 16;

/** A backend that queues steps until their metrics are read, and runs them in a later turn of the event loop, like a GPU. */
export function lazy(backend: Backend): Backend {
  return withChanges(backend, {
    async start(request) {
      const engine = await backend.start(request);
      return withChanges(engine, { build: async (options) => lazySession(await engine.build(options)) });
    },
  });
}

function lazySession(session: TrainSession): TrainSession {
  const queue: [Batch, StepRequest][] = [];
  const settle = async () => {
    await new Promise(setImmediate);
    for (const [batch, request] of queue.splice(0)) await session.step(batch, request);
  };
  return withChanges(session, {
    settle,
    async step(batch, request) {
      if (!request.metrics && request.onOutputs === undefined && request.onGradients === undefined) {
        queue.push([copyOf(batch), request]);
        if (queue.length >= longestQueue) await settle();
        return {};
      }
      await settle();
      return session.step(batch, request);
    },
    async evaluate(batch, request) {
      const copy = copyOf(batch);
      await settle();
      return session.evaluate(copy, request);
    },
    async predict(batch) {
      const copy = copyOf(batch);
      await settle();
      return session.predict(copy);
    },
    async capture(memory) {
      await settle();
      return session.capture(memory);
    },
    async restore(state) {
      await settle();
      await session.restore(state);
    },
    async dispose() {
      queue.length = 0;
      await session.dispose();
    },
  });
}
