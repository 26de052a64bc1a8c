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
  it('shows the loss, the bar, the step, the percentage and the rest', () => {
    expect(barLine(state, 119, plain)).to.equal(
      `loss 0.1235  ${'━'.repeat(7)}╸${' '.repeat(21)}   250/1000   25%  accuracy 0.9700  0:18 left  41.2 step/s  epoch 2`,
    );
  });

  it('never exceeds the terminal, and drops whole parts, the loss and the step last', () => {
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

  it('counts wide characters as two columns', () => {
    const stats = { 損失: 0.5, '👍': 1 };
    expect(barLine({ ...state, stats }, 41, plain)).to.equal('損失 0.5000   250/1000   25%  0:18 left');
    expect(barLine({ ...state, stats }, 39, plain)).to.equal('損失 0.5000   250/1000   25%  0:18 left');
    expect(barLine({ ...state, stats }, 38, plain)).to.equal('損失 0.5000   250/1000  0:18 left');
  });

  it('draws no bar if the number of steps is unknown', () => {
    const endless = { ...state, totalSteps: undefined, secondsLeft: undefined };
    expect(barLine(endless, 100, plain)).to.equal('loss 0.1235  step 250  accuracy 0.9700  41.2 step/s  epoch 2');
  });

  it('is full at the last step only', () => {
    const at = (step: number) => barLine({ ...state, step, stats: {} }, 119, plain);
    expect(at(1000).startsWith('━'.repeat(29))).to.equal(true);
    expect(at(0)).to.match(/^ +0\/1000 +0%/);
    expect(at(999)).to.include(' 99%');
  });
});
