import { expect } from 'chai';
import { textWidth } from '../terminal/text-width.js';
import { renderPlace } from './render-place.js';

describe('the place of an error', () => {
  const long = '('.repeat(10_000);

  for (const [name, start, end] of [
    ['in the middle', 200, 201],
    ['at the end', 9_999, 10_000],
    ['of the whole text', 0, 10_000],
  ] as const) {
    it(`is shown at once for a text of 10,000 characters: ${name}`, () => {
      const began = performance.now();
      const [line, underline] = renderPlace({ text: long, start, end }, 80).split('\n') as [string, string];
      expect(performance.now() - began).to.be.below(500);
      expect(textWidth(line)).to.be.at.most(80);
      expect(underline.trim()).to.match(/^\^+$/);
      expect(textWidth(underline)).to.be.at.most(textWidth(line));
    });
  }

  it('is underlined in what is shown of a long text', () => {
    const text = `${'step > 1 and '.repeat(300)}statsu = 1${' and step > 1'.repeat(300)}`;
    const start = text.indexOf('statsu');
    const [line, underline] = renderPlace({ text, start, end: start + 6 }, 80).split('\n') as [string, string];
    expect(line.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1)).to.equal('statsu');
    expect(line).to.match(/^ {4}….*…$/);
  });
});
