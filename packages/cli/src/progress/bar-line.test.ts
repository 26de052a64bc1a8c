import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import picocolors from 'picocolors';
import { type BarState, barLine } from './bar-line.js';

const plain = picocolors.createColors(false);
const state: BarState = {
  step: 250,
  epoch: 1,
  totalSteps: 1000,
  stepsPerSecond: 41.23,
  secondsLeft: 18.2,
  stats: { loss: 0.12345, accuracy: 0.97 },
};

describe('barLine', () => {
  it('says step, share, epoch, speed, time left and stats beside the bar', () => {
    expect(barLine(state, 119, plain)).to.equal(
      `${'━'.repeat(7)}╸${' '.repeat(21)}   250/1000   25%  epoch 2  41.2 step/s  0:18 left  loss 0.1235  accuracy 0.9700`,
    );
  });

  it('never fills more than the terminal, leaving out stats first', () => {
    for (let columns = 20; columns <= 130; columns++) {
      const line = stripVTControlCharacters(barLine(state, columns, picocolors.createColors(true)));
      expect(line.length, `${columns}`).to.be.at.most(columns);
      expect(line).to.include('250/1000');
    }
    expect(barLine(state, 79, plain))
      .to.include('0:18 left')
      .and.not.to.include('accuracy');
  });

  it('draws no bar where the end is not known', () => {
    const endless = { ...state, totalSteps: undefined, secondsLeft: undefined };
    expect(barLine(endless, 100, plain)).to.equal('step 250  epoch 2  41.2 step/s  loss 0.1235  accuracy 0.9700');
  });

  it('is full at the end, and not before', () => {
    const at = (step: number) => barLine({ ...state, step, stats: {} }, 119, plain);
    expect(at(1000).startsWith('━'.repeat(29))).to.equal(true);
    expect(at(0)).to.match(/^ +0\/1000 +0%/);
    expect(at(999)).to.include(' 99%');
  });
});
