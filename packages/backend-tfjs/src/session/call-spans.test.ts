import { expect } from 'chai';
import { batchAt, classifier, request } from '../model/models.test.support.js';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

describe('the spans of a step', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  async function spansOf(metrics: boolean) {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const spans: ['copy' | 'compute', number, number][] = [];
    const start = performance.now();
    await session.step(batchAt(0), { step: 0, metrics, onSpan: (...span) => spans.push(span) });
    const end = performance.now();
    await session.dispose();
    return { spans, start, end };
  }

  it('are the copy of the batch, and the rest', async () => {
    const { spans } = await spansOf(false);
    expect(spans.map(([part]) => part)).to.deep.equal(['copy', 'compute']);
  });

  it('separate the reading of numbers, do not overlap, and have no gaps', async () => {
    const { spans, start, end } = await spansOf(true);
    expect(spans.map(([part]) => part)).to.deep.equal([
      ...['copy', 'compute', 'copy'],
      ...['compute', 'copy', 'compute'],
    ]);
    expect(spans[0]![1]).to.be.at.least(start);
    for (const [index, [, from, to]] of spans.entries()) {
      expect(to).to.be.at.least(from);
      if (index > 0) expect(from).to.equal(spans[index - 1]![2]);
    }
    expect(spans.at(-1)![2]).to.be.at.most(end);
  });

  it('count reading on a GPU as computing, because it waits for it', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const backend = tf.backend() as { isUsingGpuDevice?: boolean };
    const parts: string[] = [];
    backend.isUsingGpuDevice = true;
    try {
      await session.step(batchAt(0), { step: 0, metrics: true, onSpan: (part) => parts.push(part) });
    } finally {
      delete backend.isUsingGpuDevice;
    }
    expect(parts).to.deep.equal(['copy', 'compute']);
    await session.dispose();
  });
});
