import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { describeParameter, describeValue } from './describe-parameter.js';
import { anyFlags, anySpace } from './parameters.test.support.js';
import { parseParameter, parseParameters } from './parse-parameter.js';
import { resolveSpace } from './resolve-space.js';

const range = { kind: 'range', log: false, step: null, integer: false, when: null };
const word = (text: string) => ({ word: text });

describe('parseParameter', () => {
  const cases: readonly [text: string, definition: object][] = [
    ['x=0..0.5', { ...range, low: 0, high: 0.5 }],
    [' x = -1.5e3 .. +.5 ', { ...range, low: -1500, high: 0.5 }],
    ['x=0..0.5 step 0.1', { ...range, low: 0, high: 0.5, step: 0.1 }],
    ['x=log(1e-5..1e-2)', { ...range, low: 1e-5, high: 1e-2, log: true }],
    ['x=log( 16 .. 512 ) step 1', { ...range, low: 16, high: 512, log: true, step: 1 }],
    ['x=64', { kind: 'choice', choices: [word('64')], when: null }],
    ['x=64, none ,true', { kind: 'choice', choices: ['64', 'none', 'true'].map(word), when: null }],
    ["x='adam, fast',\"it's\",sgd", { kind: 'choice', choices: ['adam, fast', "it's", word('sgd')], when: null }],
    ["x='none','\\'\\\\'", { kind: 'choice', choices: ['none', "'\\"], when: null }],
    [
      'x=../a.csv,/b/..,best:valid.a=b',
      { kind: 'choice', choices: ['../a.csv', '/b/..', 'best:valid.a=b'].map(word), when: null },
    ],
    ['x=when', { kind: 'choice', choices: [word('when')], when: null }],
    [
      "x=0..0.5 when hidden=256,'a b'",
      { ...range, low: 0, high: 0.5, when: { parameter: 'hidden', values: [word('256'), 'a b'] } },
    ],
    [
      'x=a,b when other = 1 , 2',
      {
        kind: 'choice',
        choices: [word('a'), word('b')],
        when: { parameter: 'other', values: [word('1'), word('2')] },
      },
    ],
  ];
  for (const [text, definition] of cases) {
    it(`reads ${text}`, () => {
      expect(parseParameter(text)).to.deep.equal({ name: 'x', definition });
    });
  }

  const faults: readonly [text: string, message: RegExp, place: string][] = [
    ['', /parameter is empty/, ''],
    ['x', /Expected "=", but the parameter ends/, ''],
    ['x=', /Expected .*a value.*, but the parameter ends/, ''],
    ['=1', /Expected the name of a flag, but "=1" follows/, '=1'],
    ['1x=1', /Expected the name of a flag/, '1x=1'],
    ['x=1..', /Expected a number, but the parameter ends/, ''],
    ['x=1..y', /Expected a number, but "y" follows/, 'y'],
    ['x=1..8x', /Expected a number/, '8x'],
    ['x=1..2..3', /Expected .*"step", "when" or the end|Expected .*, but "..3" follows/, '..3'],
    ['x=1..2 steps 3', /"steps" follows/, 'steps'],
    ['x=a,b step 1', /"step" follows/, 'step'],
    ['x=a,,b', /Expected a value, but ",b" follows/, ',b'],
    ['x=a b', /"b" follows/, 'b'],
    ['x=log(1,2)', /Expected ".."/, ',2'],
    ['x=log(a..b)', /Expected a number/, 'a..b'],
    ['x=[1,2]', /Expected/, '[1,2]'],
    ['x=uniform(0..1)', /There is no function "uniform"/, 'uniform'],
    ["x='a,b", /no closing quote/, "'a,b"],
    ['x=1 when', /Expected the name of a flag|the parameter ends/, ''],
    ['x=1 when y', /Expected "=", but the parameter ends/, ''],
    ['x=1 when y=', /Expected a value, but the parameter ends/, ''],
    ['x=1 when y=1..2', /Expected a value, but "1..2" follows/, '1..2'],
  ];
  for (const [text, message, place] of faults) {
    it(`says what is wrong in ${text || 'nothing'}`, async () => {
      const error = await failureOf(() => parseParameter(text));
      expect(error.code).to.equal('SWEEP_INVALID');
      expect(error.message).to.match(message);
      expect(error.hint).to.include('NAME=');
      if (text !== '') expect(text.slice(error.place!.start, error.place!.end)).to.equal(place);
    });
  }

  it('refuses a parameter twice, and a very long one', async () => {
    expect((await failureOf(() => parseParameters(['a-b=1', 'aB=2']))).message).to.equal(
      'The parameter aB is given twice.',
    );
    const long = await failureOf(() => parseParameter(`x=${'1,'.repeat(60_000)}1`));
    expect(long.message).to.include('more than the maximum');
  });

  it('reads what describeParameter prints', () => {
    fc.assert(
      fc.property(anySpace, fc.boolean(), (space, knowsKind) => {
        const texts = Object.entries(space).map(([name, parameter]) => {
          const text = describeParameter(parameter, knowsKind ? anyFlags[name]!.kind : undefined);
          return `${name}=${text}`;
        });
        expect(resolveSpace(parseParameters(texts), anyFlags)).to.deep.equal(space);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('describeParameter', () => {
  const described = (text: string) =>
    describeParameter(resolveSpace(parseParameters([`rate=${text}`]), anyFlags).rate!, anyFlags.rate!.kind);

  it('writes a parameter as a command line has it', () => {
    expect(described('log(1e-5..1e-2)')).to.equal('log(0.00001..0.01)');
    expect(described('0..0.5 step .1')).to.equal('0..0.5 step 0.1');
    expect(described('1..8 step 1')).to.equal('1..8 step 1');
    expect(described('1e-7, 2')).to.equal('1e-7,2');
    const space = resolveSpace(parseParameters(['width=1..8', 'limit=1,none when width=2,4']), anyFlags);
    expect(describeParameter(space.width!, 'integer')).to.equal('1..8');
    expect(describeParameter(space.limit!)).to.equal('1,none when width=2,4');
    expect(describeValue("it's, so")).to.equal("'it\\'s, so'");
  });
});
