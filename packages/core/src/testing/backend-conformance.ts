import type { Engine, TrainSession } from '../backend/backend.js';
import { type Ability, costs } from './conformance/abilities.js';
import { accepting } from './conformance/accepting.js';
import { conformanceBatch } from './conformance/batches.js';
import { describeCapturing } from './conformance/capturing.js';
import { describeContract } from './conformance/contract.js';
import { describeDisposing } from './conformance/disposing.js';
import { describeEvaluating } from './conformance/evaluating.js';
import { describeHolding } from './conformance/holding.js';
import { describeLeaks } from './conformance/leaks.js';
import { describeMistakes } from './conformance/mistakes.js';
import { describeNumbers } from './conformance/numbers.js';
import { describeObserving } from './conformance/observing.js';
import { type ConformanceOptions, checkConformanceOptions } from './conformance/options.js';
import { describeReference } from './conformance/reference.js';
import { describeRestoring } from './conformance/restoring.js';
import { describeResume } from './conformance/resume.js';
import { describeSeeds } from './conformance/seeds.js';
import { describeSettling } from './conformance/settling.js';
import { describeSlopes } from './conformance/slopes.js';
import type { Skip, Subject } from './conformance/subject.js';
import { describeTraining } from './conformance/training.js';
import { describeTypes } from './conformance/types.js';

const leastTimeout = 20_000;

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
 *   // A model of the backend's own kind, from x float32[batch, 4] to y float32[batch, 2]; where `linear` is asked
 *   // for, one dense layer and the mean squared error.
 *   model: ({ dropout, linear, optimizer = 'sgd' }) => ({ … }),
 *   optimizers: {
 *     sgd: { rule: 'sgd', learningRate: 0.1 },
 *     adam: { rule: 'adam', learningRate: (step) => 0.01 / (1 + step) },
 *     lion: null, // no rule the suite knows
 *   },
 *   cannot: { 'live-tensors': 'the engine does not count what is alive' },
 * });
 * ```
 *
 * It holds a backend against an independent reference (a linear model and its optimizers in float64, and finite
 * differences of the author's own model), and against itself: step, evaluation and prediction agree, rows are those of
 * batches, runs resume to the same bits, memory belongs to whoever it was given to, nothing leaks.
 *
 * What a backend cannot do is said in `cannot`, with the reason: those tests are listed as pending, and say it; what
 * is not proven because of it is listed at the end.
 * Two backends' suites, or two engines', may run in one process, one after the other.
 */
export function describeBackendConformance(options: ConformanceOptions): void {
  checkConformanceOptions(options);
  describe(`backend conformance: ${options.name}`, function () {
    // Engines that have to compile something are slower than what Mocha allows by itself.
    if (this.timeout() > 0) this.timeout(Math.max(this.timeout(), leastTimeout));
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
      async open({ dropout = false, linear = false, optimizer, seed = 1 } = {}) {
        const load = () => options.model({ dropout, linear, optimizer });
        const session = await engine!.build({ load, sample: conformanceBatch(0), seed });
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

    describe('says what it is', () => describeContract(subject));
    describe('against a reference', () => {
      describeReference(subject);
      describeSlopes(subject);
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
    describe('whose memory it is', () => describeHolding(subject));
    describe('mistakes', () => describeMistakes(subject));
    describe('leaks', () => describeLeaks(subject));
    describe('letting go', () => describeDisposing(subject));
    const missing = Object.entries(options.cannot ?? {}) as [Ability, string][];
    if (missing.length === 0) return;
    describe('what is not proven', () => {
      for (const [ability, reason] of missing) it(`${costs[ability]} (cannot: ${reason})`);
    });
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
