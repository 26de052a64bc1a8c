import { expect } from 'chai';
import { optunaResults } from '../optuna.test.support.js';
import type { Space } from '../space/space.js';
import { parameterImportance } from './parameter-importance.js';

for (const { source, versions, importance } of optunaResults()) {
  describe(`parameterImportance against PED-ANOVA of Optuna ${versions.optuna}, ${source}`, () => {
    for (const { name, space, directions, trials, importance: expected } of importance) {
      it(name, () => {
        const measured = trials.map(({ parameters, values }) => ({ parameters, values: values! }));
        const found = parameterImportance(space, measured, directions);
        expect(found).to.have.all.keys(Object.keys(expected));
        for (const [parameter, value] of Object.entries(expected)) {
          expect(found[parameter], parameter).to.be.closeTo(value, 1e-9 * Math.max(1, value));
        }
      });
    }
  });
}

describe('parameterImportance', () => {
  const space: Space = {
    x: { kind: 'float', low: 0, high: 1, log: false, step: null, when: null },
    fixed: { kind: 'choice', choices: ['a'], when: null },
  };

  it('is 0 of one trial and of a parameter with one value, and lacks a parameter that no trial has', () => {
    expect(parameterImportance(space, [{ parameters: { x: 0.5 }, values: [1] }], ['min'])).to.deep.equal({ x: 0 });
    const trials = [0.1, 0.2, 0.8].map((x) => ({ parameters: { x, fixed: 'a' }, values: [x] }));
    const found = parameterImportance(space, trials, ['min']);
    expect(found.fixed).to.equal(0);
    expect(found.x).to.be.greaterThan(0);
  });

  it('counts a value that the space does not contain as inactive', () => {
    const inside = [0.1, 0.2, 0.8, 0.9].map((x) => ({ parameters: { x }, values: [x] }));
    const outside = { parameters: { x: 7 }, values: [0] };
    expect(Number.isFinite(parameterImportance(space, [...inside, outside], ['min']).x)).to.equal(true);
  });
});
