import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { describeParameter } from './describe-parameter.js';
import { isWithin, narrowSpace } from './narrow-space.js';
import { canHave, countValues, isDiscrete, valueAt } from './parameter-values.js';
import { anyFlags, anySpace } from './parameters.test.support.js';
import { parseParameters } from './parse-parameter.js';
import { resolveSpace } from './resolve-space.js';
import type { Parameter } from './space.js';

const space = resolveSpace(
  parseParameters([
    'width=16,32,64',
    'rate=log(1e-4..1)',
    'limit=1,2,none when width=32,64',
    'fast=true,false when limit=2',
  ]),
  anyFlags,
);
const narrowed = (...texts: string[]) => {
  const result = narrowSpace(space, parseParameters(texts), anyFlags);
  return Object.entries(result).map(
    ([name, parameter]) => `${name}=${describeParameter(parameter, anyFlags[name]!.kind)}`,
  );
};

describe('narrowSpace', () => {
  it('replaces the named parameters, whose conditions stay', () => {
    expect(narrowed('limit=1,2', 'rate=0.01..0.1')).to.deep.equal([
      'width=16,32,64',
      'rate=0.01..0.1',
      'limit=1,2 when width=32,64',
      'fast=true,false when limit=2',
    ]);
  });

  it('removes what can no longer be used', () => {
    expect(narrowed('width=16,32')).to.include('limit=1,2,none when width=32');
    expect(narrowed('width=16')).to.deep.equal(['width=16', 'rate=log(0.0001..1)']);
  });

  const faults: readonly [texts: string[], message: RegExp, hint: RegExp][] = [
    [['width=128'], /values outside those of the sweep: 128/, /So far: 16,32,64/],
    [['rate=0..1'], /values outside/, /log\(0.0001..1\)/],
    [['limit=1 when width=16'], /values outside/, /So far/],
    [['with=16'], /does not vary with/, /Did you mean width\?/],
    [['note=a'], /does not vary note/, /./],
    [['width=16', 'limit=1'], /limit is never used: its condition on width cannot hold/, /Omit limit/],
  ];
  for (const [texts, message, hint] of faults) {
    it(`refuses ${texts.join(' ')}`, async () => {
      const error = await failureOf(() => narrowed(...texts));
      expect(error.message).to.match(message);
      expect(error.hint).to.match(hint);
    });
  }
});

describe('isWithin', () => {
  it('says whether the other parameter can have every value', () => {
    const named = anySpace.map((any): Parameter => ({ ...Object.values<Parameter>(any)[0]!, when: null }));
    let within = 0;
    fc.assert(
      fc.property(named, named, fc.boolean(), (a, b, same) => {
        const of = same ? a : b;
        const result = isWithin(a, of);
        if (same) expect(result).to.equal(true);
        const count = isDiscrete(a) ? countValues(a) : 0;
        if (!isDiscrete(a) || count > 2000) return;
        if (result) within++;
        const all = Array.from({ length: count }, (_, index) => valueAt(a, index));
        expect(result).to.equal(all.every((value) => canHave(of, value)));
      }),
      { numRuns: 500 },
    );
    expect(within).to.be.greaterThan(50);
  });

  const rate = (text: string): Parameter => resolveSpace(parseParameters([`rate=${text}`]), anyFlags).rate!;
  const cases: readonly [parameter: string, of: string, expected: boolean][] = [
    ['0.1..0.2', '0..1', true],
    ['0.1..2', '0..1', false],
    ['log(0.1..1)', '0..1', true],
    ['0.1,0.5', '0..1', true],
    ['0..1', '0..1 step 0.1', false],
    ['0.2..1 step 0.2', '0..1 step 0.1', true],
    ['0.2..1 step 0.3', '0..1 step 0.2', false],
    ['0.05..1 step 0.1', '0..1 step 0.1', false],
    ['0.3..0.3', '0..1 step 0.1', true],
    ['0..1 step 0.5', '0,1,0.5', true],
    ['0..1', '0,1,0.5', false],
    ['1..3 step 1', '0..9', true],
    ['0..1e6 step 1', '0,1', false],
  ];
  for (const [parameter, of, expected] of cases) {
    it(`${parameter} is ${expected ? '' : 'not '}within ${of}`, () => {
      expect(isWithin(rate(parameter), rate(of))).to.equal(expected);
    });
  }
});
