import { expect } from 'chai';
import { runColors } from './run-colors.js';
import { runPalette } from './run-palette.js';

const runs = (count: number, experiment = 'churn') =>
  Array.from({ length: count }, (_, at) => ({ experiment, number: at + 1 }));

describe('runColors', () => {
  it('gives a run the same color in every plot where no other run has it', () => {
    const all = runColors(runs(7));
    for (const [at, run] of runs(7).entries()) expect(runColors([run])[0]).to.deep.equal(all[at]);
  });

  it('gives eight runs eight colors, and repeats them from the ninth on', () => {
    for (const first of [runs(8), runs(4).concat(runs(4, 'digits'))]) {
      expect(new Set(runColors(first).map(({ color }) => color)).size).to.equal(runPalette.length);
      expect(runColors(first).every(({ cycle }) => cycle === 0)).to.equal(true);
    }
    const many = runColors(runs(20));
    expect(many.map(({ cycle }) => cycle)).to.deep.equal([
      ...Array(8).fill(0),
      ...Array(8).fill(1),
      ...Array(4).fill(2),
    ]);
    expect(new Set(many.map(({ color, cycle }) => `${color} ${cycle}`)).size).to.equal(20);
  });
});
