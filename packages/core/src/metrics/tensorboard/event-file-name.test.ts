import { expect } from 'chai';
import { nextEventFileName } from './event-file-name.js';

describe('nextEventFileName', () => {
  it('contains the seconds in ten digits and the host', () => {
    expect(nextEventFileName([], 1_700_000_000.9, 'node7')).to.equal('events.out.tfevents.1700000000.node7');
    expect(nextEventFileName([], 12, 'a b/c')).to.equal('events.out.tfevents.0000000012.a-b-c');
  });

  it('sorts after every existing event file, within one second and after the clock was set back', () => {
    const names = ['run.json', 'events.out.tfevents.1700000009.other'];
    for (const seconds of [1_700_000_009, 1_700_000_009, 1_600_000_000]) {
      names.push(nextEventFileName(names, seconds, 'node7'));
    }
    expect(names.toSorted()).to.deep.equal([...names.slice(1), 'run.json']);
    expect(names.at(-1)).to.equal('events.out.tfevents.1700000012.node7');
  });
});
