import type { Backend, Engine, TrainSession } from '../backend/backend.js';
import { describeBackendConformance } from './backend-conformance.js';
import { engineFaults, toyModel } from './engine-faults.test.support.js';
import { sessionFaults } from './session-faults.test.support.js';
import { toyBackend } from './toy-backend.js';

/** The suite over backends that each have one fault. Run by conformance-faults.test.ts. */
for (const [name, spoil] of Object.entries(sessionFaults)) describeFaulty(name, (engine) => spoiled(engine, spoil));
for (const [name, spoil] of Object.entries(engineFaults)) {
  describeFaulty(name, (engine) => ({ ...engine, ...spoil(engine) }));
}

function describeFaulty(name: string, spoil: (engine: Engine) => Engine): void {
  const backend: Backend = { ...toyBackend, start: async (request) => spoil(await toyBackend.start(request)) };
  describeBackendConformance({
    name,
    backend,
    start: () => backend.start({ searchFrom: [] }),
    model: ({ dropout }) => toyModel(dropout),
  });
}

function spoiled(engine: Engine, spoil: (session: TrainSession) => Partial<TrainSession>): Engine {
  return {
    ...engine,
    async build(request) {
      const session = await engine.build(request);
      const sound: TrainSession = {
        artefacts: session.artefacts,
        parameters: session.parameters,
        warnings: session.warnings,
        step: (batch, stepRequest) => session.step(batch, stepRequest),
        evaluate: (batch) => session.evaluate(batch),
        predict: (batch) => session.predict(batch),
        capture: () => session.capture(),
        restore: (state) => session.restore(state),
        liveTensors: () => session.liveTensors!(),
        dispose: () => session.dispose(),
      };
      return { ...sound, ...spoil(session) };
    },
  };
}
