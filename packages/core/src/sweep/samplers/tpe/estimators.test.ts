import { expect } from 'chai';
import { type DensityCase, optunaResults } from '../../optuna.test.support.js';
import { estimate } from './estimators.js';
import { axesOf, groupsOf } from './groups.js';
import { History } from './history.js';
import { side, split } from './split.js';

const tolerance = 1e-9;

function historyOf({ space, directions, trials }: DensityCase): History {
  const history = new History(axesOf(space), directions);
  for (const trial of trials) history.tell(trial);
  return history;
}

for (const { source, versions, densities } of optunaResults()) {
  describe(`the densities of tpe against Optuna ${versions.optuna}, ${source}`, () => {
    for (const known of densities) {
      it(known.name, () => {
        const { space, directions, groups: expected } = known;
        const history = historyOf(known);
        const sides = split(history.trials, directions.length);
        const good = history.trials.filter((_, row) => sides[row] === side.good).map(({ trial }) => trial);
        expect(good).to.deep.equal(known.goodTrials);
        const groups = groupsOf(axesOf(space), directions.length === 1);
        expect(groups).to.have.length(expected.length);
        for (const [at, group] of groups.entries()) {
          const estimators = estimate(history, group, sides, directions.length > 1);
          for (const [number, values] of expected[at]!.points.entries()) {
            const point = group.axes.map(({ name, axis }) => axis.point(values[name]));
            const where = `group ${at}, point ${number}`;
            expect(estimators.good.logDensity(point), where).to.be.closeTo(expected[at]!.good[number]!, tolerance);
            expect(estimators.bad.logDensity(point), where).to.be.closeTo(expected[at]!.bad[number]!, tolerance);
          }
        }
      });
    }
  });
}
