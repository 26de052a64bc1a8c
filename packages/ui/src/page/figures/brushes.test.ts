import { makeParallel } from '@forge-ml/plot';
import { expect } from 'chai';
import fc from 'fast-check';
import { brushAfterKey, formatBrushes, parseBrushes, rowsWithin } from './brushes.js';

describe('ranges of parallel coordinates', () => {
  it('are the same when an address is read again', () => {
    const place = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
    const range = fc.tuple(place, place).filter(([a, b]) => a < b);
    const brushes = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), range), { selector: ([name]) => name });
    fc.assert(
      fc.property(brushes, (parts) => {
        const all = new Map(parts.map(([name, [from, to]]) => [name, { from, to }]));
        expect(parseBrushes(formatBrushes(all))).to.deep.equal(all);
      }),
    );
  });

  it('are none where an address has none', () => {
    for (const text of [null, '', 'lr', 'lr:1~0', 'lr:a~b', ':0~1'])
      expect(parseBrushes(text).size, text ?? '').to.equal(0);
  });

  it('select rows by all of them', () => {
    const rows = [1, 2, 3].map((value) => ({
      name: String(value),
      values: [value, -value],
      metric: value === 3 ? null : value,
    }));
    const parallel = makeParallel(rows, { flags: [{ name: 'a' }, { name: 'b' }], metric: { name: 'loss' } });
    const within = (text: string) => [...rowsWithin(parallel, parseBrushes(text))].sort();
    expect(within('')).to.deep.equal([0, 1, 2]);
    expect(within('a:0.4~1')).to.deep.equal([1, 2]);
    expect(within('a:0.4~1;b:0.4~1')).to.deep.equal([1]);
    expect(within('loss:0~1')).to.deep.equal([0, 1]);
    expect(within('moon:0~0.1')).to.deep.equal([0, 1, 2]);
  });

  it('move and grow by keys, within the axis', () => {
    expect(brushAfterKey('ArrowUp', { from: 0.5, to: 0.98 })?.to).to.equal(1);
    expect(brushAfterKey('ArrowDown', { from: 0, to: 0.5 })).to.deep.equal({ from: 0, to: 0.5 });
    expect(brushAfterKey('-', { from: 0, to: 1 })).to.deep.equal({ from: 0.05, to: 0.95 });
    expect(brushAfterKey('-', { from: 0.5, to: 0.55 })).to.equal(undefined);
    expect(brushAfterKey('x', { from: 0, to: 1 })).to.equal(undefined);
  });
});
