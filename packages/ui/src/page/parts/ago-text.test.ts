import { expect } from 'chai';
import { agoText, exactTime } from './ago-text.js';

const now = new Date(2026, 4, 20, 15, 0, 0).getTime();
const before = (...parts: [number, number, number, number, number]) => agoText(new Date(...parts).getTime(), now);

describe('agoText', () => {
  it('says how long ago a time is, the coarser the longer', () => {
    expect(agoText(now - 5_000, now)).to.equal('just now');
    expect(agoText(now + 5_000, now)).to.equal('just now');
    expect(before(2026, 4, 20, 14, 48)).to.equal('12 min ago');
    expect(before(2026, 4, 20, 4, 30)).to.equal('10 h ago');
    expect(before(2026, 4, 19, 14, 0)).to.equal('yesterday');
    expect(before(2026, 4, 17, 23, 0)).to.equal('3 days ago');
    expect(before(2026, 0, 3, 12, 0)).to.equal('3 Jan');
    expect(before(2024, 4, 3, 12, 0)).to.equal('3 May 2024');
  });

  it('counts hours over midnight', () => {
    const night = new Date(2026, 4, 20, 1, 0).getTime();
    expect(agoText(new Date(2026, 4, 19, 23, 30).getTime(), night)).to.equal('1 h ago');
  });
});

it('exactTime writes the local time', () => {
  expect(exactTime(new Date(2026, 4, 3, 4, 5, 6).getTime())).to.equal('2026-05-03 04:05:06');
});
