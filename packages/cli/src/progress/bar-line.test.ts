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
  it('says the loss, then the bar, step and share, and the rest', () => {
    expect(barLine(state, 119, plain)).to.equal(
      `loss 0.1235  ${'━'.repeat(7)}╸${' '.repeat(21)}   250/1000   25%  accuracy 0.9700  0:18 left  41.2 step/s  epoch 2`,
    );
  });

  it('never fills more than the terminal, and drops whole parts, the loss and the step last', () => {
    for (const stats of [state.stats, { loss: -1.23e10, accuracy: 1, 'top-5': 0.5 }]) {
      const full = stripVTControlCharacters(barLine({ ...state, stats }, 1000, plain)).split(/ {2,}/);
      for (let columns = 20; columns <= 140; columns++) {
        const line = stripVTControlCharacters(barLine({ ...state, stats }, columns, picocolors.createColors(true)));
        expect(line.length, `${columns}`).to.be.at.most(columns);
        expect(line).to.match(/^loss \S+/);
        if (columns >= 26) expect(line).to.include('250/1000');
        for (const part of line.split(/ {2,}/)) if (!part.includes('━')) expect(full).to.include(part);
      }
    }
    expect(barLine(state, 79, plain))
      .to.include('0:18 left')
      .and.not.to.include('step/s');
    expect(barLine(state, 39, plain)).to.equal('loss 0.1235   250/1000   25%  0:18 left');
  });

  it('draws no bar where the end is not known', () => {
    const endless = { ...state, totalSteps: undefined, secondsLeft: undefined };
    expect(barLine(endless, 100, plain)).to.equal('loss 0.1235  step 250  accuracy 0.9700  41.2 step/s  epoch 2');
  });

  it('is full at the end, and not before', () => {
    const at = (step: number) => barLine({ ...state, step, stats: {} }, 119, plain);
    expect(at(1000).startsWith('━'.repeat(29))).to.equal(true);
    expect(at(0)).to.match(/^ +0\/1000 +0%/);
    expect(at(999)).to.include(' 99%');
  });
});
