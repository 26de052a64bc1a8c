import { expect } from 'chai';
import { optunaResults } from '../optuna.test.support.js';
import { logNormalCdf, logNormalMass, normalCdf } from './normal.js';

describe('logNormalMass', () => {
  for (const { source, versions, normalMasses } of optunaResults()) {
    it(`equals that of SciPy ${versions.scipy} in the center and far out in the tails, ${source}`, () => {
      for (const { a, b, logMass } of normalMasses) {
        expect(logNormalMass(a, b), `${a} to ${b}`).to.be.closeTo(logMass, 1e-11 * Math.max(1, Math.abs(logMass)));
        expect(logNormalMass(-b, -a)).to.be.closeTo(logMass, 1e-11 * Math.max(1, Math.abs(logMass)));
      }
    });
  }

  it('is continuous where its formula changes', () => {
    for (const x of [-20, -6, 6, -1.19, 1.19, -1.767, 1.767, -4.04, 4.04]) {
      const [below, above] = [logNormalCdf(x - 1e-12), logNormalCdf(x + 1e-12)];
      expect(above - below, String(x)).to.be.within(-1e-12, 1e-9);
    }
    expect(normalCdf(0)).to.equal(0.5);
    expect(normalCdf(1.959963984540054)).to.be.closeTo(0.975, 1e-15);
  });
});
