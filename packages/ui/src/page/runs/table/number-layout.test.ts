import { expect } from 'chai';
import { padded, tailOf } from './number-layout.js';

describe('numbers of a column', () => {
  it('have their points above each other', () => {
    const texts = ['0.9312', '12.5', '64', '-3'];
    const widest = Math.max(...texts.map((text) => tailOf(text).length));
    const lines = texts.map((text) => padded(text, widest).padStart(10));
    expect(new Set(lines.map((line) => line.length)).size).to.equal(1);
    expect(lines.slice(0, 2).map((line) => line.indexOf('.'))).to.deep.equal([5, 5]);
    expect(lines[2]!.indexOf('\u2008')).to.equal(5);
  });

  it('are not padded if they are words', () => {
    expect(padded('NaN', 5)).to.equal('NaN');
    expect(padded('sgd', 5)).to.equal('sgd');
  });
});
