import { expect } from 'chai';
import { optunaResults } from '../optuna.test.support.js';
import { hypervolume } from './hypervolume.js';
import { hypervolumeSubset } from './hypervolume-subset.js';

describe('hypervolume', () => {
  for (const { source, versions, hypervolumes } of optunaResults()) {
    it(`equals that of Optuna ${versions.optuna} in 2, 3 and 4 objectives, ${source}`, () => {
      for (const { points, reference, volume } of hypervolumes) {
        expect(hypervolume(points, reference), JSON.stringify(points)).to.be.closeTo(volume, 1e-12);
      }
    });
  }

  it('is 0 of no vector', () => {
    expect(hypervolume([], [1, 1])).to.equal(0);
    expect(hypervolume([], [1, 1, 1])).to.equal(0);
  });
});

describe('hypervolumeSubset', () => {
  it('adds the vector that dominates the most more, each time', () => {
    for (const objectives of [2, 3]) {
      const front = Array.from({ length: 12 }, (_, at) => [at, (12 - at) ** 1.5, 3].slice(0, objectives));
      const reference = [13, 45, 4].slice(0, objectives);
      const volume = (subset: readonly number[]) =>
        hypervolume(
          subset.map((at) => front[at]!),
          reference,
        );
      const selected: number[] = [];
      for (let size = 1; size <= 6; size++) {
        const found = hypervolumeSubset(front, size, reference);
        const rest = front.map((_, at) => at).filter((at) => !selected.includes(at));
        const best = Math.max(...rest.map((at) => volume([...selected, at])));
        expect(volume(found)).to.be.closeTo(best, 1e-9);
        selected.splice(0, selected.length, ...found);
      }
    }
  });

  it('takes equal vectors only after all different ones', () => {
    const front = [
      [1, 2],
      [1, 2],
      [2, 1],
    ];
    expect(hypervolumeSubset(front, 2, [3, 3]).sort()).to.deep.equal([0, 2]);
  });
});
