import { expect } from 'chai';
import type { Curve, Curves, CurvesRequest } from '../../protocol/curves.js';
import { answer, curve, event, pointsOf, request } from './curve.test.support.js';
import { CurvesOwner } from './curves-owner.js';
import { LiveFeed } from './live-feed.js';

/** A source that answers when the test says so. */
class FakeSource {
  readonly asked: { readonly request: CurvesRequest; readonly signal: AbortSignal }[] = [];
  private readonly answers: { resolve: (curves: Curves) => void; reject: (error: unknown) => void }[] = [];

  curves = (asked: CurvesRequest, signal?: AbortSignal): Promise<Curves> => {
    this.asked.push({ request: asked, signal: signal! });
    return new Promise((resolve, reject) => this.answers.push({ resolve, reject }));
  };

  /** Answers a request, the first one is 0, and lets the answer arrive. */
  async answer(at: number, curves: Curves): Promise<void> {
    this.answers[at]!.resolve(curves);
    await new Promise((resolve) => setTimeout(resolve));
  }

  async fail(at: number, error: unknown): Promise<void> {
    this.answers[at]!.reject(error);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function setUp() {
  const source = new FakeSource();
  const feed = new LiveFeed();
  const shown: Curves[] = [];
  const failed: unknown[] = [];
  const owner = new CurvesOwner(source, feed, {
    shown: (curves) => shown.push(curves),
    failed: (error) => failed.push(error),
  });
  const points = () => pointsOf(shown.at(-1)!.curves[0] as Curve);
  return { source, feed, shown, failed, owner, points };
}

const range = (from: number, to: number) => ({ ...request, from, to });

describe('CurvesOwner', () => {
  it('has one request in flight while the range moves, then asks for the newest', async () => {
    const { source, owner, shown } = setUp();
    owner.want(range(0, 100));
    owner.want(range(0, 90));
    owner.want(range(0, 80));
    expect(source.asked.map(({ request: { to } }) => to)).to.deep.equal([100]);
    await source.answer(0, answer([curve([[1, 1]])], 10));
    expect(shown.length).to.equal(1);
    expect(source.asked.map(({ request: { to } }) => to)).to.deep.equal([100, 80]);
    await source.answer(1, answer([curve([[1, 1]])], 10));
    expect(source.asked.length).to.equal(2);
  });

  it('does not ask for the same twice', async () => {
    const { source, owner } = setUp();
    owner.want(request);
    owner.want({ ...request, runs: [...request.runs] });
    await source.answer(0, answer([], 0));
    expect(source.asked.length).to.equal(1);
  });

  it('aborts a request for other curves, and ignores its answer', async () => {
    const { source, owner, shown } = setUp();
    owner.want(request);
    owner.want({ ...request, axis: 'time' });
    expect(source.asked.map(({ signal }) => signal.aborted)).to.deep.equal([true, false]);
    await source.answer(1, answer([curve([[2, 2]])], 10));
    await source.answer(0, answer([curve([[1, 1]])], 10));
    expect(shown.map(({ curves }) => pointsOf(curves[0]!))).to.deep.equal([[[[2, 2]]]]);
  });

  it('reports a failure, unless newer curves are wanted already', async () => {
    const { source, owner, failed } = setUp();
    owner.want(request);
    owner.want(range(0, 5));
    await source.fail(0, 'first');
    expect(failed).to.deep.equal([]);
    await source.fail(1, 'second');
    expect(failed).to.deep.equal(['second']);
  });

  it('has both values of a step that are heard one after the other', async () => {
    const { source, feed, owner, points } = setUp();
    owner.want(request);
    await source.answer(0, answer([curve([[1, 1]])], 10));
    feed.metrics(event(10, 20, [[2, 5]]));
    feed.metrics(event(20, 30, [[2, 6]]));
    expect(points()).to.deep.equal([
      [
        [1, 1],
        [2, 5],
        [2, 6],
      ],
    ]);
  });

  it('grows by what is heard, without gaps or doubles', async () => {
    const { source, feed, owner, points } = setUp();
    owner.want(request);
    // Heard while the answer is under way: one event is in it, one reaches over its end, one is new.
    feed.metrics(event(0, 10, [[1, 1]]));
    feed.metrics(
      event(10, 30, [
        [2, 2],
        [3, 3],
      ]),
    );
    feed.metrics(event(30, 40, [[4, 4]]));
    await source.answer(
      0,
      answer(
        [
          curve([
            [1, 1],
            [2, 2],
          ]),
        ],
        20,
      ),
    );
    expect(points()).to.deep.equal([
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ],
    ]);
    feed.metrics(event(40, 50, [[5, 5]]));
    feed.metrics(event(40, 50, [[5, 5]]));
    expect(points()).to.deep.equal([
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
        [5, 5],
      ],
    ]);
    expect(source.asked.length).to.equal(1);
  });

  it('asks again where something was not heard', async () => {
    const { source, feed, owner, points } = setUp();
    owner.want(request);
    await source.answer(0, answer([curve([[1, 1]])], 10));
    feed.metrics(event(20, 30, [[3, 3]]));
    expect(source.asked.length).to.equal(2);
    await source.answer(
      1,
      answer(
        [
          curve([
            [1, 1],
            [2, 2],
          ]),
        ],
        20,
      ),
    );
    expect(points()).to.deep.equal([
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    ]);
  });

  it('asks again for a metric that has its first value', async () => {
    const { source, feed, owner } = setUp();
    owner.want(request);
    await source.answer(0, answer([], 10));
    feed.metrics(event(10, 20, [[1, 1]]));
    expect(source.asked.length).to.equal(2);
  });

  it('asks again at once when a resume has cut the file, and hears nothing before the answer', async () => {
    const { source, feed, owner, points } = setUp();
    owner.want(request);
    await source.answer(
      0,
      answer(
        [
          curve([
            [1, 1],
            [9, 9],
          ]),
        ],
        90,
      ),
    );
    feed.restart('results/a/1');
    feed.metrics(
      event(10, 100, [
        [2, 22],
        [10, 10],
      ]),
    );
    expect(points()).to.deep.equal([
      [
        [1, 1],
        [9, 9],
      ],
    ]);
    await source.answer(1, answer([curve([[1, 1]])], 10));
    expect(points()).to.deep.equal([
      [
        [1, 1],
        [2, 22],
        [10, 10],
      ],
    ]);
  });

  it('draws the whole curves until those of another range arrive, grown meanwhile', async () => {
    const { source, feed, owner, points } = setUp();
    owner.want(request);
    await source.answer(
      0,
      answer(
        [
          curve([
            [0, 0],
            [100, 1],
          ]),
        ],
        10,
      ),
    );
    owner.want(range(10, 20));
    expect(points()).to.deep.equal([
      [
        [0, 0],
        [100, 1],
      ],
    ]);
    await source.answer(
      1,
      answer(
        [
          curve(
            [
              [0, 0],
              [10, 5],
              [20, 6],
            ],
            { last: curve([[100, 1]]).last },
          ),
        ],
        10,
      ),
    );
    expect(points()[0]).to.deep.include([10, 5]);
    feed.metrics(event(10, 20, [[101, 2]]));
    // The end is not in this part.
    expect(points()[0]).to.deep.equal([
      [0, 0],
      [10, 5],
      [20, 6],
    ]);
    owner.want(range(60, 70));
    expect(points()).to.deep.equal([
      [
        [0, 0],
        [100, 1],
        [101, 2],
      ],
    ]);
  });

  it('is silent after it is closed', async () => {
    const { source, feed, owner, shown } = setUp();
    owner.want(request);
    owner.close();
    expect(source.asked[0]!.signal.aborted).to.equal(true);
    await source.answer(0, answer([curve([[1, 1]])], 10));
    feed.metrics(event(10, 20, [[2, 2]]));
    expect(shown).to.deep.equal([]);
  });
});
