import type { Engine, TrainSession } from '../../backend/backend.js';
import { acceptBatches } from '../../backend/border/accepted-batch.js';
import type { Batch } from '../../tensor/tensor-data.js';

/** An engine whose sessions are given batches as the core gives them: of the types that it accepts. */
export function accepting(engine: Engine): Engine {
  // What is wrong with the list is for a test to say.
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
    evaluate: (batch) => session.evaluate(accept(batch)),
    predict: (inputs) => session.predict(accept(inputs)),
    get fused() {
      const { fused } = session;
      if (fused === undefined) return undefined as never;
      return withMembers(fused, { steps: (batches, request) => fused.steps(batches.map(accept), request) });
    },
  });
}

/** With some members replaced. Not a copy: it may have private fields, and members that change. */
function withMembers<T extends object>(whole: T, members: Partial<T>): T {
  return new Proxy(whole, {
    get(target, key) {
      if (key in members) return members[key as keyof T];
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
