import type { Backend, Batch, StepRequest, TrainSession } from '@forge-ml/core/plugin';
import { copyOf } from './change-tensors.js';
import { withChanges } from './fault.js';

/** So many steps wait at most: what waits holds memory. */
const most = 16;

/** A backend whose steps wait until their numbers are read, and then take a turn of the event loop, as a GPU's queue would. */
export function lazy(backend: Backend): Backend {
  return withChanges(backend, {
    async start(request) {
      const engine = await backend.start(request);
      return withChanges(engine, { build: async (wanted) => lazySession(await engine.build(wanted)) });
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
      if (!request.metrics) {
        queue.push([copyOf(batch), request]);
        if (queue.length >= most) await settle();
        return {};
      }
      await settle();
      return session.step(batch, request);
    },
    async evaluate(batch) {
      const given = copyOf(batch);
      await settle();
      return session.evaluate(given);
    },
    async predict(batch) {
      const given = copyOf(batch);
      await settle();
      return session.predict(given);
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
