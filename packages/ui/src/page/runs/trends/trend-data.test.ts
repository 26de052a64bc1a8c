import { expect } from 'chai';
import type { Sparklines } from '../../../protocol/sparklines.js';
import type { ShownStatus } from '../../../protocol/table.js';
import type { Source } from '../../source/source.js';
import { TrendData } from './trend-data.js';

const run = (id: string, step = 1, status: ShownStatus = 'completed') => ({ id, step, status });
const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 90));

describe('small curves of the list', () => {
  it('are asked for once, when scrolling has stopped, and again for a run that trained on', async () => {
    const asked: string[] = [];
    const trends = new TrendData({
      sparklines: async (ids: readonly string[], metric: string): Promise<Sparklines> => {
        asked.push(`${metric}: ${ids.join()}`);
        return { lines: ids.map((id) => (id === 'c' ? null : { x: [1], y: [asked.length] })) };
      },
    } as Partial<Source> as Source);
    trends.show('loss', [run('z')]);
    trends.show('loss', [run('a'), run('c')]);
    await settled();
    trends.show('loss', [run('a'), run('b', 1, 'running'), run('c')]);
    await settled();
    trends.show('loss', [run('a'), run('b', 2, 'running'), run('c')]);
    await settled();
    expect(asked).to.deep.equal(['loss: a,c', 'loss: b', 'loss: b']);
    expect([trends.of('a')?.y, trends.of('b')?.y, trends.of('c')]).to.deep.equal([[1], [3], undefined]);
    trends.show('auc', [run('a')]);
    expect(trends.of('a')).to.equal(undefined);
    await settled();
    expect(asked.at(-1)).to.equal('auc: a');
  });
});
