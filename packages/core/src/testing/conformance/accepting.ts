import type { Engine, TrainSession } from '../../backend/backend.js';
import { acceptBatches } from '../../backend/border/accepted-batch.js';
import type { Batch } from '../../tensor/tensor-data.js';

/** An engine whose sessions get batches converted to the types that it accepts, as the core does. */
export function accepting(engine: Engine): Engine {
  // A test reports an invalid list.
  if (!Array.isArray(engine.accepts)) return engine;
  const accept = acceptBatches(engine.accepts, `the engine ${engine.info.engine}`);
  return withMembers(engine, {
    build: async (request) => {
      const session = await engine.build({ ...request, sample: accept(request.sample) });
      return acceptingSession(session, accept);
    },
  });
}

function acceptingSession(session: TrainSession, accept: (batch: Batch) => Batch): TrainSession {
  return withMembers(session, {
    step: (batch, request) => session.step(accept(batch), request),
    evaluate: (batch, request) => session.evaluate(accept(batch), request),
    predict: (inputs) => session.predict(accept(inputs)),
    get fused() {
      const { fused } = session;
      if (fused === undefined) return undefined as never;
      return withMembers(fused, { steps: (batches, request) => fused.steps(batches.map(accept), request) });
    },
  });
}

/** An object with some members replaced. A proxy, not a copy: it may have private fields, and members that change. */
function withMembers<T extends object>(whole: T, members: Partial<T>): T {
  return new Proxy(whole, {
    get(target, key) {
      if (key in members) return members[key as keyof T];
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
