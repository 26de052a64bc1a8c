import type { Backend, Engine } from '@forge-ml/core/plugin';
import type { ConformanceModelOptions, ConformanceOptions } from '@forge-ml/core/testing';
import { type Fault, withChanges } from './fault.js';

/** The options of a correct backend, with one fault added. */
export function faulty(correct: ConformanceOptions, fault: Fault): ConformanceOptions {
  let requested: ConformanceModelOptions = { dropout: false, linear: false };
  const model = (options: ConformanceModelOptions) => {
    requested = options;
    return correct.model(options);
  };
  const addFault = (engine: Engine): Engine => {
    const changed = withChanges(engine, fault.engine?.(engine) ?? {});
    return withChanges(changed, {
      async build(request) {
        requested = { dropout: false, linear: false };
        const session = await changed.build(request);
        const options = requested;
        const again = (seed: number) => engine.build({ ...request, load: () => correct.model(options), seed });
        return withChanges(session, fault.session?.(session, { ...options, seed: request.seed, again }) ?? {});
      },
    });
  };
  const backend: Backend = withChanges(correct.backend, fault.backend?.(correct.backend) ?? {});
  const start: Backend['start'] = async (request) => addFault(await backend.start(request));
  return {
    ...correct,
    name: fault.name,
    backend: withChanges(backend, { start }),
    start: async () => addFault(await correct.start()),
    model,
  };
}
