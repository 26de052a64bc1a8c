import { expect } from 'chai';
import { type Curves, type CurvesRequest, mostMetrics } from '../../../protocol/curves.js';
import { answer, curve, event } from '../../chart/curve.test.support.js';
import { LiveFeed } from '../../chart/live-feed.js';
import type { Divergence } from './first-not-finite.js';
import { watchDivergence } from './watch-divergence.js';

const id = 'results/a/1';
const soon = () => new Promise((resolve) => setTimeout(resolve));

/** @param notFinite where each metric is NaN; all others are finite */
function watch(metrics: readonly string[], notFinite: Record<string, number>) {
  const feed = new LiveFeed();
  const found: (Divergence | null)[] = [];
  const asked: number[] = [];
  const curves = async (request: CurvesRequest): Promise<Curves> => {
    asked.push(request.metrics.length);
    if (request.metrics.length > mostMetrics) throw new Error('too many');
    const marks = (metric: string) => (metric in notFinite ? [{ value: 'NaN' as const, x: [notFinite[metric]!] }] : []);
    return answer(
      request.metrics.map((metric) => curve([[1, 1]], { metric, notFinite: marks(metric) })),
      0,
    );
  };
  const stop = watchDivergence({ curves }, feed, id, metrics, (divergence) => found.push(divergence));
  return { feed, found, asked, stop };
}

describe('watchDivergence', () => {
  it('asks for as many metrics at once as a request may have', async () => {
    const metrics = Array.from({ length: 2 * mostMetrics + 1 }, (_, at) => `train.m${at}`);
    const { found, asked } = watch(metrics, { 'train.m0': 9, [metrics.at(-1)!]: 7 });
    await soon();
    expect(asked).to.deep.equal([mostMetrics, mostMetrics, 1]);
    expect(found.at(-1)).to.deep.equal({ metric: metrics.at(-1), value: 'NaN', step: 7 });
  });

  it('hears of it while the run trains', async () => {
    const { feed, found, stop } = watch(['valid.loss'], {});
    await soon();
    expect(found.at(-1)).to.equal(null);
    feed.metrics(event(0, 10, [[3, Number.NaN]]));
    feed.metrics(event(10, 20, [[4, Number.NaN]]));
    expect(found.at(-1)).to.deep.equal({ metric: 'valid.loss', value: 'NaN', step: 3 });
    stop();
    feed.metrics(event(20, 30, [[1, Number.NaN]]));
    expect(found.at(-1)?.step).to.equal(3);
  });

  it('forgets it when a resume has cut it, and reads again', async () => {
    const notFinite: Record<string, number> = { 'valid.loss': 5 };
    const { feed, found, asked } = watch(['valid.loss'], notFinite);
    await soon();
    expect(found.at(-1)?.step).to.equal(5);
    delete notFinite['valid.loss'];
    feed.restart(id);
    expect(found.at(-1)).to.equal(null);
    notFinite['valid.loss'] = 8;
    feed.restart(id);
    await soon();
    expect([asked.length, found.at(-1)?.step]).to.deep.equal([3, 8]);
  });
});
