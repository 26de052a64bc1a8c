import { expect } from 'chai';
import { onProcessEvent } from './process-events.js';

describe('onProcessEvent', () => {
  it('calls every listener, and registers only one with the process', () => {
    const before = process.listenerCount('beforeExit');
    const called: number[] = [];
    const stops = Array.from({ length: 12 }, (_, index) => onProcessEvent('beforeExit', () => void called.push(index)));
    expect(process.listenerCount('beforeExit')).to.equal(before + 1);
    stops[0]!();
    const own = process.listeners('beforeExit').at(-1)! as (status: number) => void;
    own(0);
    expect(called).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const stop of stops) stop();
    expect(process.listenerCount('beforeExit')).to.equal(before);
  });
});
