import { expect } from 'chai';
import fc from 'fast-check';
import { type ForgeError, isForgeError } from '../../errors/forge-error.js';
import { compileQuery } from './compile-query.js';
import { parseField, parseQuery } from './parse-query.js';
import { printField, printQuery } from './print-query.js';
import type { Query } from './query.js';

/** The tree without the places of its parts. */
function withoutPlaces(query: unknown): unknown {
  return JSON.parse(JSON.stringify(query, (key, value) => (key === 'place' ? undefined : value)));
}

function problemIn(text: string): ForgeError {
  try {
    parseQuery(text);
  } catch (error) {
    if (isForgeError(error)) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

const place = { start: 0, end: 0 };
const keyword = /^(and|or|not|in)$/i;
const name = fc.oneof(
  fc.constantFrom('flags', 'best', 'valid', 'top-5', 'f1@0', 'größe', 'lr'),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const field = fc.array(name, { minLength: 1, maxLength: 4 }).map((path) => ({ path, place }));
const bare = fc
  .constantFrom('0.01', '-1e-3', 'completed', '7d', '7d ago', '2026-01-31T14:05', './data/a.csv', 'inf', 'notable')
  .filter((text) => !keyword.test(text));
const literal = fc.oneof(
  bare.map((text) => ({ text, quoted: false, place })),
  fc.string().map((text) => ({ text, quoted: true, place })),
);
const pattern = fc.record({
  text: fc.constantFrom('a.*b', '^run-\\d+$', '\\/tmp', '[', '(x'),
  flags: fc.constantFrom('', 'i', 'gi', 'zz'),
  place: fc.constant(place),
});
const operator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
const { query } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ kind: fc.constant('compare'), field, operator, value: literal }),
    fc.record({ kind: fc.constant('has'), field }),
    fc.record({ kind: fc.constant('in'), field, values: fc.array(literal, { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('matches'), field, pattern: fc.oneof(pattern, literal) }),
    fc.record({ kind: fc.constant('not'), of: tie('query') }),
    fc.record({ kind: fc.constantFrom('and', 'or'), of: fc.array(tie('query'), { minLength: 2, maxLength: 3 }) }),
  ) as fc.Arbitrary<Query>,
}));
const words = [
  ...['flags.hidden', 'status', 'tag', 'created', 'and', 'or', 'not', 'in', 'has', '(', ')', ',', '=', '<', '~', '!='],
  ...["'a b'", '"', "'", '\\', '/x/', '7d ago', '1e-3', 'completed', '.', '&&', '\n', '😀'],
];

describe('the expressions of --where', () => {
  it('are printed and parsed back to the same tree', () => {
    fc.assert(
      fc.property(query, (tree) => {
        const text = printQuery(tree);
        expect(withoutPlaces(parseQuery(text)), text).to.deep.equal(withoutPlaces(tree));
      }),
      { numRuns: 500 },
    );
  });

  it('are accepted, or refused with a ForgeError whose place is in the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(' ')),
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join('')),
      query.map(printQuery),
    );
    const known = new Set(['flags.hidden', 'best.valid.loss', 'last.valid.loss']);
    fc.assert(
      fc.property(text, fc.constantFrom(known, undefined), (given, keys) => {
        try {
          const { matches } = compileQuery(parseQuery(given), { text: given, known: keys });
          for (const value of [undefined, 'x', 3, Number.NaN, true, ['a']])
            expect(matches(() => value)).to.be.a('boolean');
        } catch (error) {
          if (!isForgeError(error)) throw error;
          expect(error.code).to.equal('QUERY_INVALID');
          const { start, end, text: whole } = error.place!;
          expect(whole).to.equal(given);
          expect(start >= 0 && start <= end && end <= given.length, `${start} to ${end}`).to.equal(true);
          expect(error.message).not.to.include('\n');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('combine and before or, and nest with parentheses and not', () => {
    const [a, b, c] = ['a = 1', 'b = 2', 'c = 3'].map((text) => withoutPlaces(parseQuery(text)));
    expect(withoutPlaces(parseQuery('a = 1 or b = 2 and c=3'))).to.deep.equal({
      kind: 'or',
      of: [a, { kind: 'and', of: [b, c] }],
    });
    expect(withoutPlaces(parseQuery('NOT (a==1 OR b = 2)AND c = 3'))).to.deep.equal({
      kind: 'and',
      of: [{ kind: 'not', of: { kind: 'or', of: [a, b] } }, c],
    });
    expect(withoutPlaces(parseQuery('a not in (1, 2)'))).to.deep.equal(withoutPlaces(parseQuery('not a in (1,2)')));
  });

  for (const [text, start, marked, message] of [
    ['flags.hidden 64', 13, '64', 'Expected an operator (= != < <= > >= ~ in), but "64" follows.'],
    ['flags.hidden = ', 15, '', 'Expected a value, but the expression ends.'],
    ['(a = 1', 6, '', 'Expected and, or or ")", but the expression ends.'],
    ['a = 1 && b = 2', 6, '&&', 'There is no operator "&&". Write and.'],
    ['a => 1', 2, '=>', 'There is no operator "=>". Write >=.'],
    ['a=<1', 1, '=<', 'There is no operator "=<". Write <=.'],
    ['a << 1', 2, '<<', 'There is no operator "<<". Write <.'],
    ['a <> 1', 2, '<>', 'There is no operator "<>". Write !=.'],
    ['a === 1', 2, '===', 'There is no operator "===". Write =.'],
    ['note =~ x', 5, '=~', 'There is no operator "=~". Write ~.'],
    ['b = 2 or !(a = 1)', 9, '!', 'There is no operator "!". Write not.'],
    ['a = = 1', 4, '=', 'Expected a value, but "=" follows.'],
    ["note = 'abc", 7, "'abc", 'This text has no closing quote.'],
    ['a = 1 b = 2', 6, 'b', 'Expected and, or or the end, but "b" follows.'],
    ['  ', 0, '', 'The expression is empty.'],
  ] as const) {
    it(`are refused where they are wrong: ${text}`, () => {
      const error = problemIn(text);
      const { hint } = error;
      expect(`${error.message}${hint === undefined ? '' : ` ${hint}`}`).to.equal(message);
      expect(error.place).to.deep.equal({ text, start, end: start + marked.length });
    });
  }

  it('are refused if they are nested so deep that they would overflow the stack', () => {
    expect(problemIn(`${'('.repeat(5_000)}a = 1`).message).to.equal('The expression is nested deeper than 200 levels.');
    expect(problemIn(`a = ${'1'.repeat(20_000)}`).message).to.include('more than the maximum of 10000');
    const negated = `${'not '.repeat(2_400)}step = 1`;
    expect(compileQuery(parseQuery(negated), { text: negated }).matches(() => 1)).to.equal(true);
  });

  it('name fields by dotted paths with quotes where a name has other characters', () => {
    expect(parseField(" last.valid.'my metric' ").path).to.deep.equal(['last', 'valid', 'my metric']);
    expect(printField(parseField('last.valid."my metric"'))).to.equal("last.valid.'my metric'");
    fc.assert(
      fc.property(field, (given) => {
        expect(parseField(printField(given)).path).to.deep.equal(given.path);
      }),
    );
  });
});
