import { expect } from 'chai';
import fc from 'fast-check';
import { combinationsOf } from './combinations.js';
import { activeNames, isActive } from './conditions.js';
import { canHave, countValues, indexOfValue, isDiscrete, valueAt } from './parameter-values.js';
import { anyFlags, anySpace } from './parameters.test.support.js';
import { parseParameters } from './parse-parameter.js';
import { resolveSpace } from './resolve-space.js';
import type { Parameter, ParameterValues, Space } from './space.js';

const spaceOf = (...texts: string[]) => resolveSpace(parseParameters(texts), anyFlags);

/** Every combination, by nested loops over the parameters. */
function loops(space: Space): ParameterValues[] {
  let all: ParameterValues[] = [{}];
  for (const [name, parameter] of Object.entries(space)) {
    if (!isDiscrete(parameter)) throw new Error('not finite');
    const values = Array.from({ length: countValues(parameter) }, (_, index) => valueAt(parameter, index));
    all = all.flatMap((so) => (isActive(parameter, so) ? values.map((value) => ({ ...so, [name]: value })) : [so]));
  }
  return all;
}

describe('combinationsOf', () => {
  it('gives the product of the values, the last parameter varying fastest', () => {
    const combinations = combinationsOf(spaceOf('rate=0..0.3 step 0.1', 'fast=true,false'))!;
    expect(combinations.count).to.equal(8);
    expect([0, 1, 2, 7].map((index) => combinations.at(index))).to.deep.equal([
      { rate: 0, fast: true },
      { rate: 0, fast: false },
      { rate: 0.1, fast: true },
      { rate: 0.3, fast: false },
    ]);
  });

  it('varies a parameter only where it is used', () => {
    const combinations = combinationsOf(
      spaceOf('width=1..4', 'limit=1,2,3 when width=2,3', 'fast=true,false when limit=3'),
    )!;
    expect(combinations.count).to.equal(2 + 2 * (2 + 2));
    expect(combinations.at(0)).to.deep.equal({ width: 1 });
    expect(combinations.at(4)).to.deep.equal({ width: 2, limit: 3, fast: false });
  });

  it('gives what nested loops give, each once', () => {
    const small = anySpace.filter((space) => {
      const count = combinationsOf(space)?.count;
      return count !== undefined && count <= 500;
    });
    fc.assert(
      fc.property(small, (space) => {
        const { count, at } = combinationsOf(space)!;
        const all = Array.from({ length: count }, (_, index) => JSON.stringify(at(index)));
        expect(all.toSorted()).to.deep.equal(
          loops(space)
            .map((values) => JSON.stringify(values))
            .toSorted(),
        );
        expect(new Set(all).size).to.equal(count);
        for (const values of all.map((text) => JSON.parse(text) as ParameterValues)) {
          expect(activeNames(space, values)).to.have.members(Object.keys(values));
        }
      }),
    );
  });

  it('is undefined for a range without a step', () => {
    expect(combinationsOf(spaceOf('rate=0..1', 'fast=true'))).to.equal(undefined);
  });
});

describe('values of a parameter', () => {
  const parameter = (text: string): Parameter => spaceOf(`rate=${text}`).rate!;

  it('are written as a person would', () => {
    const tenths = parameter('0..1 step 0.1');
    if (!isDiscrete(tenths)) throw new Error('not discrete');
    const values = Array.from({ length: countValues(tenths) }, (_, index) => valueAt(tenths, index));
    expect(values).to.deep.equal([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  });

  it('end at the last step within the range', () => {
    const counts = ['0..1 step 0.3', '0..0.95 step 0.1', '1e-7..5e-7 step 1e-7', '-0.5..-0.5 step 3', '1..9 step 4'];
    expect(counts.map((text) => countValues(parameter(text) as never))).to.deep.equal([4, 10, 5, 1, 3]);
  });

  it('are found again', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (space, draw) => {
        for (const each of Object.values<Parameter>(space)) {
          if (!isDiscrete(each)) continue;
          const index = draw % countValues(each);
          expect(indexOfValue(each, valueAt(each, index))).to.equal(index);
        }
      }),
    );
    expect(canHave(parameter('0..1 step 0.1'), 0.15)).to.equal(false);
    expect(canHave(parameter('0..1 step 0.1'), 1.1)).to.equal(false);
    expect(canHave(parameter('0..1'), 0.15)).to.equal(true);
    expect(canHave(parameter('0..1'), 1.15)).to.equal(false);
    expect(canHave(parameter('0..1'), '0.5')).to.equal(false);
    expect(canHave(parameter('0,1'), '0')).to.equal(false);
  });
});
