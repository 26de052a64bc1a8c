import { expect } from 'chai';
import type { Curves } from '../../protocol/curves.js';
import type { Following } from '../../protocol/live.js';
import { facts } from './curve.test.support.js';
import { followRuns } from './follow-runs.js';

/** @param answers of the requests, in order; of the last one the rest, too */
function follow(answers: readonly (Curves | Error)[], logOf: string | null = null) {
  const followed: Following[] = [];
  let [asked, stopped] = [0, 0];
  const source = {
    async curves(): Promise<Curves> {
      const answer = answers[Math.min(asked++, answers.length - 1)]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    follow(following: Following) {
      followed.push(following);
      return () => void stopped++;
    },
  };
  const stop = followRuns(source, ['results/a/1', 'results/a/2'], logOf, {});
  return { followed, stop, counts: () => ({ asked, stopped }) };
}

const known = (...runs: [string, number][]): Curves => ({
  curves: [],
  runs: runs.map(([run, cursor]) => facts({ run, cursor })),
  failed: [],
});
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('followRuns', () => {
  it('follows the metrics of the runs that can be read, from their end', async () => {
    const { followed, stop, counts } = follow([known(['results/a/2', 70])]);
    await wait(0);
    expect(followed).to.deep.equal([{ runs: ['results/a/2'], cursors: [70], table: false, log: null }]);
    stop();
    expect(counts()).to.deep.equal({ asked: 1, stopped: 1 });
  });

  it('follows a log without metrics, and nothing if there is neither', async () => {
    const [log, none] = [follow([known()], 'results/a/1'), follow([known()])];
    await wait(0);
    expect(log.followed).to.deep.equal([{ runs: [], cursors: [], table: false, log: 'results/a/1' }]);
    expect(none.followed).to.deep.equal([]);
  });

  it('asks again a second after a failure, unless it is stopped', async () => {
    const { followed, stop } = follow([new Error('no answer'), known(['results/a/1', 5], ['results/a/2', 6])]);
    const stopped = follow([new Error('no answer')]);
    await wait(100);
    stopped.stop();
    await wait(1_100);
    expect(followed.map(({ cursors }) => cursors)).to.deep.equal([[5, 6]]);
    expect(stopped.counts().asked).to.equal(1);
    stop();
  });
});
