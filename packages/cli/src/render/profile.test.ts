import { expect } from 'chai';
import picocolors from 'picocolors';
import { textWidth } from '../terminal/text-width.js';
import { renderProfile } from './profile.js';

const plain = picocolors.createColors(false);

describe('renderProfile', () => {
  const parts = { data: 0.25, step: 3.5, copy: 0.5, compute: 2.5, log: 0.01, evaluate: 1, save: 0.24 };

  it('shows seconds and shares of the parts of a step, and where the trace is', () => {
    const text = renderProfile({ steps: 50, seconds: 5, parts }, 'results/a/1/profile.json', plain, 80);
    expect(text.split('\n')).to.deep.equal([
      'PROFILE       SECONDS  SHARE',
      'data            0.250     5%',
      'copy            0.500    10%',
      'compute         2.500    50%',
      'rest of step    0.500    10%',
      'log             0.010     0%',
      'evaluate        1.000    20%',
      'save            0.240     5%',
      '50 steps in 5.000 seconds.',
      'The trace is results/a/1/profile.json: open it with ui.perfetto.dev.',
    ]);
  });

  it('shows the step as a whole where the engine does not tell, and omits what did not happen', () => {
    const text = renderProfile({ steps: 1, seconds: 1, parts: { data: 0.1, step: 0.8, log: 0.1 } }, 'p', plain, 40);
    expect(text)
      .to.match(/^step +0\.800 +80%$/m)
      .and.match(/^1 step in 1\.000 seconds\.$/m);
    expect(text).to.not.match(/copy|compute|rest|evaluate|save/);
    expect(Math.max(...text.split('\n').map(textWidth))).to.be.at.most(40);
    expect(renderProfile({ steps: 0, seconds: 0, parts: {} }, 'p', plain, 40)).to.include('0 steps');
  });
});
