import { expect } from 'chai';
import { flag } from './flag.js';

describe('flag', () => {
  const loose = flag as unknown as Record<string, (...given: unknown[]) => unknown>;

  it('refuses misnamed limits, and suggests the right name', () => {
    for (const [kind, limits, meant] of [
      ['integer', { minimum: 1 }, 'min'],
      ['float', { maximum: 1 }, 'max'],
      ['string', { choises: ['a'] }, 'choices'],
      ['string', { enum: ['a'] }, 'choices'],
    ] as const) {
      expect(() => loose[kind]!(null, 'What it does.', limits))
        .to.throw(`has no option "${Object.keys(limits)[0]}"`)
        .with.include({ code: 'OPTION_UNKNOWN', hint: `Did you mean "${meant}"?` });
    }
    expect(() => loose.boolean!(true, 'A switch.', { min: 1 })).to.throw('flag.boolean(default, description)');
  });

  it('refuses options in place of the description, and limits of the wrong type', () => {
    expect(() => loose.integer!(1, { min: 1 }))
      .to.throw('the description is not text')
      .with.property('code', 'FLAG_INVALID');
    expect(() => loose.integer!(1, 'A number.', { min: '1' })).to.throw('min is a number, not "1"');
    expect(() => loose.float!(1, 'A number.', { max: Number.NaN })).to.throw('max is a number');
    // A string has `includes` too, which would match parts of words.
    expect(() => loose.string!('a', 'Text.', { choices: 'abc' })).to.throw('choices is an array of text');
  });
});
