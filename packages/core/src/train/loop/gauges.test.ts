import { expect } from 'chai';
import { directionOfName } from '../../metrics/metric-direction.js';
import { withGauges } from './gauges.js';

describe('withGauges', () => {
  it('adds the numbers of the session after those of the model, which keeps its own by the same name', () => {
    const numbers = withGauges({ loss: 1, skipped: 7 }, { gauges: () => ({ lossScale: 65_536, skipped: 2 }) });
    expect(Object.entries(numbers)).to.deep.equal([
      ['loss', 1],
      ['skipped', 7],
      ['lossScale', 65_536],
    ]);
  });

  it('adds nothing for a session without gauges', () => {
    const stats = { loss: 1 };
    expect(withGauges(stats, {})).to.equal(stats);
  });

  it('have no direction, so that no run is best by a loss scale', () => {
    expect(['lossScale', 'skippedSteps'].map(directionOfName)).to.deep.equal([undefined, undefined]);
  });
});
