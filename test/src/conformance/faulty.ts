import type { Backend, Engine } from '@forge-ml/core/plugin';
import type { ConformanceModelOptions, ConformanceOptions } from '@forge-ml/core/testing';
import { type Fault, withChanges } from './fault.js';

/** The options of a sound backend, with one fault in it. */
export function faulty(sound: ConformanceOptions, fault: Fault): ConformanceOptions {
  let asked: ConformanceModelOptions = { dropout: false, linear: false };
  const model = (options: ConformanceModelOptions) => {
    asked = options;
    return sound.model(options);
  };
  const spoil = (engine: Engine): Engine => {
    const spoiled = withChanges(engine, fault.engine?.(engine) ?? {});
    return withChanges(spoiled, {
      async build(request) {
        asked = { dropout: false, linear: false };
        const session = await spoiled.build(request);
        const options = asked;
        const again = (seed: number) => engine.build({ ...request, load: () => sound.model(options), seed });
        return withChanges(session, fault.session?.(session, { ...options, seed: request.seed, again }) ?? {});
      },
    });
  };
  const backend: Backend = withChanges(sound.backend, fault.backend?.(sound.backend) ?? {});
  const start: Backend['start'] = async (request) => spoil(await backend.start(request));
  return {
    ...sound,
    name: fault.name,
    backend: withChanges(backend, { start }),
    start: async () => spoil(await sound.start()),
    model,
  };
}
