import { expect } from 'chai';
import { event } from './curve.test.support.js';
import { LiveFeed } from './live-feed.js';

const run = 'results/a/1';
const ends = (feed: LiveFeed, cursor: number) => feed.since(run, cursor)?.map(({ to }) => to);

describe('LiveFeed', () => {
  it('has the events after a byte', () => {
    const feed = new LiveFeed();
    expect(ends(feed, 0)).to.deep.equal([]);
    for (const [from, to] of [
      [10, 20],
      [20, 30],
      [30, 40],
    ] as const)
      feed.metrics(event(from, to, []));
    expect([ends(feed, 10), ends(feed, 25), ends(feed, 40)]).to.deep.equal([[20, 30, 40], [30, 40], []]);
  });

  it('does not know what was before the first event, or is not kept any more', () => {
    const feed = new LiveFeed(2);
    feed.metrics(event(10, 20, []));
    expect(ends(feed, 5)).to.equal(undefined);
    feed.metrics(event(20, 30, []));
    feed.metrics(event(30, 40, []));
    expect([ends(feed, 10), ends(feed, 20)]).to.deep.equal([undefined, [30, 40]]);
  });

  it('starts again where events are missing, and when a file was cut', () => {
    const feed = new LiveFeed();
    feed.metrics(event(0, 20, []));
    feed.metrics(event(50, 60, []));
    expect([ends(feed, 0), ends(feed, 50)]).to.deep.equal([undefined, [60]]);
    feed.restart(run);
    expect(ends(feed, 0)).to.deep.equal([]);
  });
});
