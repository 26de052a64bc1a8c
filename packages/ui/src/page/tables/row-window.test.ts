import { expect } from 'chai';
import fc from 'fast-check';
import { missingRows, pageLength, scrollToRow, visibleRows } from './row-window.js';

describe('rows of a long table', () => {
  it('are those on screen, and some around them', () => {
    expect(visibleRows(0, 280, 28, 10_000, 5)).to.deep.equal({ first: 0, end: 15 });
    expect(visibleRows(2_800, 280, 28, 10_000, 5)).to.deep.equal({ first: 95, end: 115 });
    expect(visibleRows(2_810, 280, 28, 112, 5)).to.deep.equal({ first: 95, end: 112 });
    expect(visibleRows(-50, 280, 28, 0, 5)).to.deep.equal({ first: 0, end: 0 });
    expect(visibleRows(280_000, 280, 28, 10, 5)).to.deep.equal({ first: 10, end: 10 });
  });

  it('are asked for in pages', () => {
    expect(missingRows({ first: 150, end: 260 }, () => false, 500)).to.deep.equal({ first: 100, end: 300 });
    expect(missingRows({ first: 150, end: 260 }, (page) => page === 1, 500)).to.deep.equal({ first: 200, end: 300 });
    expect(missingRows({ first: 150, end: 260 }, () => true, 500)).to.equal(undefined);
    expect(missingRows({ first: 0, end: 2_000 }, () => false, 500)).to.deep.equal({ first: 0, end: 500 });
  });

  it('are all here after some requests, none asked for twice', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(900), fc.uniqueArray(fc.nat(60)), (first, length, here) => {
        const pages = new Set(here);
        for (let range = missingRows({ first, end: first + length }, (page) => pages.has(page), 500); range; ) {
          const from = range.first / pageLength;
          expect(pages.has(from)).to.equal(false);
          expect(range.end - range.first).to.be.within(pageLength, 500);
          for (let page = from; page * pageLength < range.end; page++) pages.add(page);
          range = missingRows({ first, end: first + length }, (page) => pages.has(page), 500);
        }
        for (let row = first; row < first + length; row++)
          expect(pages.has(Math.floor(row / pageLength))).to.equal(true);
      }),
    );
  });

  it('scroll as little as needed to show one', () => {
    expect(scrollToRow(0, 28, 100, 280)).to.equal(0);
    expect(scrollToRow(5, 28, 100, 280)).to.equal(100);
    expect(scrollToRow(20, 28, 100, 280)).to.equal(308);
  });
});
