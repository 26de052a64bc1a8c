import type { Engine, TrainSession } from '../backend/backend.js';
import { conformanceBatch } from './conformance/batches.js';
import { describeCapturing } from './conformance/capturing.js';
import { describeContract } from './conformance/contract.js';
import { describeDisposing } from './conformance/disposing.js';
import { describeMistakes } from './conformance/mistakes.js';
import { describeNumbers } from './conformance/numbers.js';
import { describeRestoring } from './conformance/restoring.js';
import { describeResume } from './conformance/resume.js';
import { type ConformanceOptions, checkOptions, type Skip, type Subject } from './conformance/subject.js';
import { describeTraining } from './conformance/training.js';

/**
 * The contract of a backend, as a Mocha suite that every backend runs, ours and anyone's:
 *
 * ```ts
 * import { describeBackendConformance } from '@forge-ml/core/testing';
 *
 * describeBackendConformance({
 *   name: 'numeric on cpu',
 *   backend,
 *   start: () => backend.start({ engine: 'cpu', searchFrom: [] }),
 *   // A model of the backend's own kind, from x float32[batch, 4] to y float32[batch, 2].
 *   model: ({ dropout, optimizer = 'sgd' }) => ({ … }),
 *   optimizers: ['sgd', 'adam'],
 *   cannot: { 'live-tensors': 'the engine does not count what is alive' },
 * });
 * ```
 *
 * What a backend cannot do is said in `cannot`, with the reason: those tests are listed as pending, and say it.
 * Two backends' suites, or two engines', may run in one process, one after the other.
 */
export function describeBackendConformance(options: ConformanceOptions): void {
  checkOptions(options);
  describe(`backend conformance: ${options.name}`, () => {
    let engine: Engine | undefined;
    const alive = new Set<TrainSession>();
    before(async () => {
      engine = await options.start();
    });
    const disposeOfSessions = async () => {
      for (const session of alive) await session.dispose();
      alive.clear();
    };
    afterEach(disposeOfSessions);
    after(() => engine?.dispose());

    const subject: Subject = {
      options,
      engine: () => engine!,
      async open({ dropout = false, optimizer, seed = 1 } = {}) {
        const load = () => options.model({ dropout, optimizer });
        const session = await engine!.build({ load, sample: conformanceBatch(0), seed });
        alive.add(session);
        return session;
      },
      async dispose(session) {
        alive.delete(session);
        await session.dispose();
      },
      async restart() {
        await disposeOfSessions();
        await engine!.dispose();
        engine = await options.start();
      },
      test(title, body, needs = []) {
        const reason = needs.map((ability) => options.cannot?.[ability]).find((missing) => missing !== undefined);
        if (reason === undefined) it(title, skippable(body));
        else it(`${title} (cannot: ${reason})`);
      },
    };

    describe('says what it is', () => describeContract(subject));
    describe('training', () => describeTraining(subject));
    describe('numbers', () => describeNumbers(subject));
    describe('seeds and resuming', () => describeResume(subject));
    describe('capturing', () => describeCapturing(subject));
    describe('restoring', () => describeRestoring(subject));
    describe('mistakes and memory', () => describeMistakes(subject));
    describe('letting go', () => describeDisposing(subject));
  });
}

/** Mocha prints the title of a test that is left out, and nothing else: so the reason goes there. */
function skippable(body: (skip: Skip) => Promise<void>) {
  return function (this: Mocha.Context): Promise<void> {
    return body((reason) => {
      this.test!.title += ` (left out: ${reason})`;
      return this.skip();
    });
  };
}
