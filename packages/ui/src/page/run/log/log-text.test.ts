import { expect } from 'chai';
import { hasOlder, type LogText, startOfLog, withNewer, withOlder } from './log-text.js';

const bytes = (text: string) => new TextEncoder().encode(text).length;
const textOf = ({ blocks }: LogText) => blocks.map(({ raw }) => raw).join('');
const log = startOfLog({ text: 'world\n', from: 6, to: 12, size: 12 });

describe('the log that a page has', () => {
  it('grows at its end', () => {
    const longer = withNewer(log, { text: 'more\n', from: 12, to: 17 })!;
    expect(textOf(longer)).to.equal('world\nmore\n');
    expect(longer).to.include({ from: 6, to: 17, size: 17 });
  });

  it('ignores what it has, and says where something is missing', () => {
    expect(withNewer(log, { text: 'ld\n', from: 9, to: 12 })).to.equal(log);
    expect(withNewer(log, { text: 'x', from: 20, to: 21 })).to.equal(undefined);
    expect(withNewer(log, { text: 'd\nx', from: 10, to: 13 })).to.equal(undefined);
  });

  it('grows at its start', () => {
    const longer = withOlder(log, { text: 'hello ', from: 0, to: 6 });
    expect(textOf(longer)).to.equal('hello world\n');
    expect(hasOlder(log)).to.equal(true);
    expect(hasOlder(longer)).to.equal(false);
  });

  it('cuts what both parts have, counted in bytes of UTF-8', () => {
    const whole = 'grün: 5 €, 漢字 😀 done\n';
    for (const start of ['€', '漢', '😀', 'done']) {
      const from = bytes(whole.slice(0, whole.indexOf(start)));
      const tail = startOfLog({ text: whole.slice(whole.indexOf(start)), from, to: bytes(whole), size: bytes(whole) });
      for (const end of [whole.length, whole.length - 2]) {
        const part = { text: whole.slice(0, end), from: 0, to: bytes(whole.slice(0, end)) };
        expect(textOf(withOlder(tail, part)), `${start} ${end}`).to.equal(whole);
      }
    }
  });

  it('cuts it also where bytes are not UTF-8, by comparing', () => {
    // Two bytes are two replacement characters, of three bytes each when encoded.
    const tail = startOfLog({ text: 'tail \ufffd\n', from: 7, to: 14, size: 14 });
    const part = { text: 'head \ufffd\ntail \ufffd\n', from: 0, to: 14 };
    expect(textOf(withOlder(tail, part))).to.equal('head \ufffd\ntail \ufffd\n');
  });

  it('keeps a block small enough to be drawn again, and the whole bounded', () => {
    let growing = log;
    const text = 'x'.repeat(1 << 20);
    for (let at = 0; at < 40; at++) {
      growing = withNewer(growing, { text, from: growing.to, to: growing.to + text.length })!;
    }
    expect(textOf(growing).length).to.be.within(15 << 20, 16 << 20);
    expect(growing.from).to.equal(growing.to - textOf(growing).length);
    expect(hasOlder({ ...growing, blocks: [...growing.blocks, ...growing.blocks] })).to.equal(false);
  });
});
