import type { Engine, TrainSession } from '../backend/backend.js';
import { accepting } from './conformance/accepting.js';
import { describeAverage } from './conformance/average.js';
import { describeCapturing } from './conformance/capturing.js';
import { describeContract } from './conformance/contract.js';
import { describeDisposing } from './conformance/disposing.js';
import { describeEvaluating } from './conformance/evaluating.js';
import { describeFreezing } from './conformance/freezing.js';
import { describeGradients } from './conformance/gradients.js';
import { describeLeaks } from './conformance/leaks.js';
import { describeLearningRates } from './conformance/learning-rates.js';
import { describeOwnership } from './conformance/memory-ownership.js';
import { describeMistakes } from './conformance/mistakes.js';
import { describeNumbers } from './conformance/numbers.js';
import { describeObserving } from './conformance/observing.js';
import { describeRestoring } from './conformance/restoring.js';
import { describeResume } from './conformance/resume.js';
import { describeSeeds } from './conformance/seeds.js';
import { describeSettling } from './conformance/settling.js';
import { type Ability, notProven } from './conformance/support/abilities.js';
import { conformanceBatch } from './conformance/support/batches.js';
import { type ConformanceOptions, checkConformanceOptions } from './conformance/support/options.js';
import { describeReference } from './conformance/support/reference.js';
import { describeReported } from './conformance/support/reported.js';

import type { Skip, Subject } from './conformance/support/subject.js';
import { describeTypes } from './conformance/support/types.js';
import { describeTraining } from './conformance/training.js';

const minTimeout = 20_000;

/**
 * The contract of a backend as a Mocha suite, for Forge's own backends and for plugins:
 *
 * ```ts
 * import { describeBackendConformance } from '@forge-ml/core/testing';
 *
 * describeBackendConformance({
 *   name: 'numeric on cpu',
 *   backend,
 *   start: () => backend.start({ engine: 'cpu', searchFrom: [] }),
 *   // A model of the backend's own kind, from x float32[batch, 4] to y float32[batch, 2]; with `linear`, one dense
 *   // layer and the mean squared error.
 *   model: ({ dropout, linear, optimizer = 'sgd' }) => ({ … }),
 *   optimizers: {
 *     sgd: { rule: 'sgd', learningRate: 0.1 },
 *     adam: { rule: 'adam', learningRate: (step) => 0.01 / (1 + step) },
 *     lion: null, // the suite does not know its rule
 *   },
 *   cannot: { 'live-tensors': 'the engine does not count live tensors' },
 * });
 * ```
 *
 * It compares a backend with an independent reference (a linear model and its optimizers in float64, and finite
 * differences of the author's own model), and with itself: step, evaluation and prediction agree, rows of a batch are
 * independent, runs resume to the same bits, memory has one owner, nothing leaks.
 *
 * `cannot` lists what a backend cannot do, with the reason: those tests are pending with the reason in their title, and
 * what is not proven without them is listed at the end.
 * The suites of several backends or engines may run in one process, one after the other.
 */
export function describeBackendConformance(options: ConformanceOptions): void {
  checkConformanceOptions(options);
  describe(`backend conformance: ${options.name}`, function () {
    // Engines that compile code are slower than Mocha's default timeout.
    if (this.timeout() > 0) this.timeout(Math.max(this.timeout(), minTimeout));
    let engine: Engine | undefined;
    const alive = new Set<TrainSession>();
    before(async () => {
      engine = accepting(await options.start());
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
      async open({ dropout = false, linear = false, optimizer, seed = 1, ...features } = {}) {
        const load = () => options.model({ dropout, linear, optimizer });
        const session = await engine!.build({ load, sample: conformanceBatch(0), seed, ...features });
        alive.add(session);
        return session;
      },
      async dispose(session) {
        alive.delete(session);
        await session.dispose();
      },
      async restart(between) {
        await disposeOfSessions();
        await engine!.dispose();
        try {
          await between?.();
        } finally {
          engine = accepting(await options.start());
        }
      },
      test(title, body, needs = []) {
        const reason = needs.map((ability) => options.cannot?.[ability]).find((missing) => missing !== undefined);
        if (reason === undefined) it(title, skippable(body));
        else it(`${title} (cannot: ${reason})`);
      },
    };

    describe('description', () => describeContract(subject));
    describe('against a reference', () => {
      describeReference(subject);
      describeGradients(subject);
    });
    describe('training', () => {
      describeTraining(subject);
      describeSettling(subject);
    });
    describe('evaluating', () => describeEvaluating(subject));
    describe('numbers', () => describeNumbers(subject));
    describe('types', () => describeTypes(subject));
    describe('seeds', () => describeSeeds(subject));
    describe('resuming', () => {
      describeResume(subject);
      describeObserving(subject);
    });
    describe('capturing', () => describeCapturing(subject));
    describe('restoring', () => describeRestoring(subject));
    describe('features', () => {
      describeAverage(subject);
      describeFreezing(subject);
      describeLearningRates(subject);
      describeReported(subject);
    });
    describe('memory ownership', () => describeOwnership(subject));
    describe('mistakes', () => describeMistakes(subject));
    describe('leaks', () => describeLeaks(subject));
    describe('disposing', () => describeDisposing(subject));
    const missing = Object.entries(options.cannot ?? {}) as [Ability, string][];
    if (missing.length === 0) return;
    describe('what is not proven', () => {
      for (const [ability, reason] of missing) it(`${notProven[ability]} (cannot: ${reason})`);
    });
  });
}

/** Mocha prints only the title of a skipped test, so the reason is added there. */
function skippable(body: (skip: Skip) => Promise<void>) {
  return function (this: Mocha.Context): Promise<void> {
    return body((reason) => {
      this.test!.title += ` (skipped: ${reason})`;
      return this.skip();
    });
  };
}
