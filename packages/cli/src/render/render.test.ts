import { expect } from 'chai';
import picocolors from 'picocolors';
import { wantsColors } from '../terminal/colors.js';
import { toJson } from '../terminal/json.js';
import { formatDuration, formatNumber, formatRate } from '../terminal/numbers.js';
import { runReference, shortPath } from '../terminal/paths.js';
import { fitTable, renderTable } from '../terminal/table.js';
import { wrapParts } from '../terminal/wrap-parts.js';

describe('numbers, as a person reads them', () => {
  it('have four decimals, or an exponent where these would say nothing', () => {
    const pairs: readonly [number, string][] = [
      [0, '0.0000'],
      [1, '1.0000'],
      [0.97654321, '0.9765'],
      [-0.5, '-0.5000'],
      [12.3456, '12.35'],
      [640, '640'],
      [1234.56, '1234.6'],
      [0.00012345, '1.23e-4'],
      [123456789, '1.23e+8'],
      [Number.NaN, 'NaN'],
      [Number.NEGATIVE_INFINITY, '-Infinity'],
    ];
    expect(pairs.map(([value]) => formatNumber(value))).to.deep.equal(pairs.map(([, text]) => text));
  });

  it('tell durations and speeds', () => {
    expect([0, 7.4, 61, 3599.6, 10_935].map(formatDuration)).to.deep.equal([
      '0:00',
      '0:07',
      '1:01',
      '1:00:00',
      '3:02:15',
    ]);
    expect([1234.4, 41.23, 0.25].map(formatRate)).to.deep.equal(['1234 step/s', '41.2 step/s', '4.0 s/step']);
  });
});

describe('tables', () => {
  it('align columns by what is seen, and leave empty ones out', () => {
    const { green } = picocolors.createColors(true);
    const rows = [
      { name: green('a'), size: '10' },
      { name: 'long', size: '9' },
    ];
    const table = renderTable(
      rows,
      [
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'NOTHING', cell: () => '' },
        { title: 'SIZE', align: 'right', cell: ({ size }) => size },
      ],
      (title) => title,
    );
    expect(table).to.equal(`NAME  SIZE\n${green('a')}       10\nlong     9`);
  });
});

describe('tables in a terminal', () => {
  const rows = Array.from({ length: 3 }, (_, index) => ({
    name: `digits/${index}`,
    loss: `0.${index}`,
    engine: 'wasm',
  }));
  const draw = (width: number) =>
    fitTable(
      rows,
      [
        { title: 'RUN', cell: ({ name }) => name },
        { title: 'ENGINE', drop: 1, cell: ({ engine }) => engine },
        { title: 'loss', align: 'right', drop: 5, cell: ({ loss }) => loss },
      ],
      (title) => title,
      width,
    );

  it('drop first what is equal in all rows, then what is least important, and never the first column', () => {
    expect(draw(80).dropped).to.deep.equal([]);
    expect(draw(20).dropped).to.deep.equal(['ENGINE']);
    expect(draw(10).dropped).to.deep.equal(['ENGINE', 'loss']);
    expect(draw(3).text).to.include('digits/2');
  });

  it('fit at every width that the first column leaves', () => {
    for (let width = 8; width < 40; width++) {
      for (const line of draw(width).text.split('\n')) expect(line.length).to.be.at.most(width);
    }
  });
});

describe('parts of a line', () => {
  it('stand in one line where it is wide enough, and else under one another, each whole', () => {
    const parts = ['loss 0.1234', 'accuracy 0.9700', 'top-5 0.9990'];
    expect(wrapParts('valid', parts, 80)).to.equal('valid  loss 0.1234  accuracy 0.9700  top-5 0.9990');
    expect(wrapParts('valid', parts, 40)).to.equal('valid  loss 0.1234  accuracy 0.9700\n       top-5 0.9990');
    expect(wrapParts('valid', parts, 20)).to.equal('valid  loss 0.1234\n       accuracy 0.9700\n       top-5 0.9990');
    expect(wrapParts('', parts, 20)).to.equal('loss 0.1234\n  accuracy 0.9700\n  top-5 0.9990');
  });
});

describe('colours', () => {
  it('are for terminals only, unless asked for; NO_COLOR always wins', () => {
    expect(wantsColors({ isTTY: true }, {})).to.equal(true);
    expect(wantsColors({}, {})).to.equal(false);
    expect(wantsColors({ isTTY: true }, { TERM: 'dumb' })).to.equal(false);
    expect(wantsColors({ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' })).to.equal(false);
    expect(wantsColors({ isTTY: true }, { NO_COLOR: '' })).to.equal(true);
    expect(wantsColors({}, { FORCE_COLOR: '1' })).to.equal(true);
    expect(wantsColors({}, { CI: 'true' })).to.equal(false);
  });
});

describe('JSON for programs', () => {
  it('keeps numbers that are not finite, as a run keeps them', () => {
    expect(JSON.parse(toJson({ loss: Number.NaN, more: [Number.POSITIVE_INFINITY, 1] }))).to.deep.equal({
      loss: 'NaN',
      more: ['Infinity', 1],
    });
  });
});

describe('paths', () => {
  it('are relative inside the current directory, and whole elsewhere', () => {
    expect(shortPath('/a/b/c', '/a/b')).to.equal('c');
    expect(shortPath('/a/b', '/a/b')).to.equal('.');
    expect(shortPath('/a/x', '/a/b')).to.equal('/a/x');
  });

  it('stand for a run that does not lie where its name would be looked for', () => {
    const of = (run: string) => runReference({ run, experiment: 'mnist', number: 3 }, '/a/b');
    expect(of('/a/b/results/mnist/3')).to.equal('mnist/3');
    expect(of('/a/b/old/mnist/3')).to.equal('old/mnist/3');
    expect(of('/elsewhere/best')).to.equal('/elsewhere/best');
  });
});
