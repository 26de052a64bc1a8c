import { expect } from 'chai';
import type { SessionState, StepRequest } from '../../backend/backend.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { RandomStream } from '../../random/random-stream.js';
import { elements, tensor } from '../../tensor/tensor-data.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { StopSource } from '../stop/stop-request.js';
import { findLearningRate } from './find-learning-rate.js';

const data = fromArrays({ x: Float32Array.from({ length: 12 }) }).batch(4);

/** Gradient descent on curvature · w²: it converges for rates below 1 / curvature. */
class Quadratic {
  w = 8;
  readonly rates: number[] = [];
  constructor(
    private readonly curvature = 1,
    private readonly lossOf: (loss: number, step: number) => number = (loss) => loss,
  ) {}
  step(_: unknown, { step, learningRate }: StepRequest) {
    const loss = this.lossOf(this.curvature * this.w ** 2, step);
    this.rates.push(learningRate!);
    this.w -= learningRate! * 2 * this.curvature * this.w;
    return { loss };
  }
  capture(): SessionState {
    return { parameters: new Map([['w', tensor(Float64Array.of(this.w))]]), optimizer: new Map() };
  }
  restore({ parameters }: SessionState) {
    this.w = Number(elements(parameters.get('w')!)[0]);
  }
}

describe('findLearningRate', () => {
  for (const curvature of [0.01, 1, 100]) {
    it(`suggests a rate that trains well where the curvature is ${curvature}`, async () => {
      const session = new Quadratic(curvature);
      const { points, suggestion } = await findLearningRate(session, data, { from: 1e-6, to: 1e4 });
      const largest = 1 / curvature;
      expect(suggestion).to.be.within(largest / 100, largest);
      expect(points[0]!.rate).to.equal(1e-6);
      // It has diverged: the highest rates are not tried.
      expect(points.length).to.be.lessThan(100);
      expect(points.at(-1)!.rate).to.be.within(largest, 1e4);
      expect(session.w).to.equal(8);
      const factors = session.rates.slice(1).map((rate, at) => rate / session.rates[at]!);
      for (const factor of factors) expect(factor).to.be.closeTo(1e10 ** (1 / 99), 1e-9);
    });
  }

  it('suggests no rate beyond the lowest loss, where the loss falls from a height', async () => {
    // Falls slowly to 1 at step 40, jumps to 3.9 times that, and falls fast.
    const losses = (step: number) => (step < 40 ? 2 - step / 40 : step < 60 ? 30 : 0.9);
    const session = new Quadratic(1, (_, step) => losses(step));
    const { points, suggestion } = await findLearningRate(session, data, { from: 1e-4, to: 1 });
    const lowest = points.reduce((best, point) => (point.smoothed < best.smoothed ? point : best));
    expect(suggestion).to.be.at.most(lowest.rate);
  });

  it('is not misled by batches whose losses differ', async () => {
    // As much noise as loss, the same at all rates.
    const random = RandomStream.of(5, 'noise');
    const suggestions: (number | null)[] = [];
    for (let trial = 0; trial < 20; trial++) {
      const session = new Quadratic(1, (loss) => loss + 64 * random.float());
      suggestions.push((await findLearningRate(session, data, { from: 1e-6, to: 1e4 })).suggestion);
    }
    for (const suggestion of suggestions) expect(suggestion).to.be.within(0.001, 1);
  });

  it('suggests nothing where the loss never falls', async () => {
    const rising = await findLearningRate(new Quadratic(1, (_, step) => 1 + step / 50), data);
    expect([rising.points.length, rising.suggestion]).to.deep.equal([100, null]);
  });

  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`ends at a loss of ${bad}, with the state restored`, async () => {
      const session = new Quadratic(1, (loss, step) => (step === 30 ? bad : loss));
      const { points } = await findLearningRate(session, data, { to: 0.1 });
      expect([points.length, session.w]).to.deep.equal([30, 8]);
      const atOnce = await findLearningRate(new Quadratic(1, () => bad), data);
      expect(atOnce).to.deep.equal({ points: [], suggestion: null });
    });
  }

  it('restores a session that fails, and one that is stopped', async () => {
    const failing = new Quadratic(1, (loss, step) => {
      if (step === 20) throw new Error('out of memory');
      return loss;
    });
    const failure = await findLearningRate(failing, data).catch(({ message }: Error) => message);
    expect([failure, failing.w]).to.deep.equal(['out of memory', 8]);
    const settling = Object.assign(new Quadratic(), { settle: () => Promise.reject(new Error('device lost')) });
    const late = await findLearningRate(settling, data).catch(({ message }: Error) => message);
    expect([late, settling.w]).to.deep.equal(['device lost', 8]);
    const stop = new StopSource();
    const stopped = new Quadratic();
    const progress = (done: number) => done === 15 && stop.stop('SIGINT');
    const error = await failureOf(() => findLearningRate(stopped, data, { to: 0.1, progress, stop }));
    expect([error.code, stopped.w, stopped.rates.length]).to.deep.equal(['STOPPED', 8, 15]);
  });

  it('refuses a range that has no rates, and data without batches', async () => {
    const refused = async (search: object) => {
      const { code, message } = await failureOf(() => findLearningRate(new Quadratic(), data, search));
      return `${code} ${message}`;
    };
    expect(await refused({ from: 0 })).to.equal(
      'USAGE The search for a learning rate starts at 0, not at a number above 0.',
    );
    expect(await refused({ from: 1, to: 0.1 })).to.match(/^USAGE .* ends at 0.1, not above its start, 1\.$/);
    expect(await refused({ steps: 3 })).to.match(/^USAGE .* has 3 steps, not at least 10\.$/);
    expect(await refused({ numTraining: 50 })).to.match(/^OPTION_UNKNOWN /);
    const none = fromArrays({ x: new Float32Array(0) }).batch(4);
    expect((await failureOf(() => findLearningRate(new Quadratic(), none))).code).to.equal('DATA_INVALID');
  });
});
