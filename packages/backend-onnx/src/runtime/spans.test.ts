import type { Engine, TrainSession } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { batchAt, bitsOf, open, startCpu } from '../session/models.test.support.js';

describe('spans of a step', () => {
  let engine: Engine;
  let session: TrainSession;
  before(async () => {
    engine = await startCpu();
    session = await open(engine);
  });
  after(async () => {
    await session.dispose();
    await engine.dispose();
  });

  async function spansOf(run: (onSpan: (...span: [string, number, number]) => void) => unknown) {
    const spans: [part: string, start: number, end: number][] = [];
    const start = performance.now();
    await run((...span) => spans.push(span));
    return { spans, start, end: performance.now() };
  }

  for (const [title, run] of Object.entries({
    'an update': (onSpan) => session.step(batchAt(0, 256), { step: 0, metrics: true, onSpan }),
    'a block': (onSpan) => session.fused!.steps([batchAt(0, 128), batchAt(1, 128)], { step: 1, metrics: true, onSpan }),
  } as Record<string, (onSpan: (part: 'copy' | 'compute', start: number, end: number) => void) => unknown>)) {
    it(`are its copies and its computation, in order, within the call: ${title}`, async () => {
      const { spans, start, end } = await spansOf(run);
      expect(spans.map(([part]) => part)).to.deep.equal(['copy', 'copy', 'compute', 'copy']);
      const times = spans.flatMap(([, from, to]) => [from, to]);
      expect(times).to.deep.equal([...times].sort((a, b) => a - b));
      expect(times[0]).to.be.at.least(start);
      expect(times.at(-1)).to.be.at.most(end);
      const [, , compute] = spans;
      // The computation of batches of this size takes milliseconds, in a thread whose own clock started later.
      expect(compute![2] - compute![1]).to.be.greaterThan(1);
    });
  }

  it('do not change it', async () => {
    const other = await open(engine);
    await other.restore(await session.capture());
    await session.step(batchAt(3), { step: 3, metrics: true, onSpan: () => undefined });
    await other.step(batchAt(3), { step: 3, metrics: true });
    expect(bitsOf(await other.capture())).to.deep.equal(bitsOf(await session.capture()));
    await other.dispose();
  });
});
