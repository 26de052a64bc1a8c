import { expect } from 'chai';
import { findPython, PythonProcess } from './python-process.js';
import { wilcoxonGreater } from './statistics.js';
import { type Contender, Forge, Optuna, optunaScript } from './sweeps/contenders.js';
import { bestRegret, regretAtHours } from './sweeps/searches.js';
import { testFunctions } from './sweeps/test-functions.js';

const random: Contender = {
  start: (space, seed) => forge.start(space, seed, { startup: 1000 }),
  ask: (trial) => forge.ask(trial),
  tell: (trial, values, value) => forge.tell(trial, values, value),
};
const forge = new Forge();

describe('the test functions of the benchmark of tpe', () => {
  it('are nowhere below their least value, and tpe finds smaller ones than random search', async () => {
    let better = 0;
    for (const tested of testFunctions) {
      const [ours, theirs] = [await bestRegret(forge, tested, 1, 60), await bestRegret(random, tested, 1, 60)];
      expect(Math.min(ours, theirs), tested.name).to.be.at.least(-1e-9);
      if (ours < theirs) better++;
    }
    expect(better).to.be.at.least(testFunctions.length - 3);
  });

  it('have regrets that do not rise from hour to hour of four workers', async () => {
    const found = await regretAtHours(forge, testFunctions[0]!, 1, 4, [1, 2, 4]);
    expect(found).to.have.length(3);
    expect(found[0]).to.be.at.least(found[1]!);
    expect(found[1]).to.be.at.least(found[2]!);
  });
});

describe('tpe against Optuna', () => {
  const found = process.env.FORGE_SWEEP_PYTHON === undefined ? undefined : findPython('FORGE_SWEEP_PYTHON', ['optuna']);

  it('has no larger regret on two functions', async function () {
    // Needs a Python with Optuna: CONTRIBUTING.md.
    if (found === undefined) this.skip();
    if ('missing' in found) throw new Error(found.missing);
    const python = await PythonProcess.start(found.python, optunaScript);
    try {
      const optuna = new Optuna(python);
      for (const tested of [testFunctions[0]!, testFunctions.at(-1)!]) {
        const differences: number[] = [];
        for (let seed = 1; seed <= 30; seed++) {
          differences.push((await bestRegret(forge, tested, seed, 40)) - (await bestRegret(optuna, tested, seed, 40)));
        }
        expect(wilcoxonGreater(differences), tested.name).to.be.at.least(0.001);
        const { p } = await python.ask({ do: 'wilcoxon', differences });
        expect(wilcoxonGreater(differences)).to.be.closeTo(p as number, 1e-9);
      }
    } finally {
      python.end();
    }
  });
});
