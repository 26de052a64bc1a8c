import { expect } from 'chai';
import { checkOptions, refuseMisspelled } from './check-options.js';
import { isForgeError } from './forge-error.js';

function failure(given: object | undefined, synonyms?: Readonly<Record<string, string>>) {
  try {
    checkOptions(given, ['beta1', 'beta2', 'epsilon'], { of: 'adam(rate, options)', ...(synonyms && { synonyms }) });
    return undefined;
  } catch (error) {
    if (!isForgeError(error)) throw error;
    return `${error.code}: ${error.message} ${error.hint}`;
  }
}

describe('checkOptions', () => {
  it('accepts known options, an empty object and undefined', () => {
    expect(failure(undefined)).to.equal(undefined);
    expect(failure({})).to.equal(undefined);
    expect(failure({ beta1: 0.9, epsilon: undefined })).to.equal(undefined);
  });

  it('names the unknown option and the nearest known one', () => {
    expect(failure({ beta_1: 0.8 })).to.equal(
      'OPTION_UNKNOWN: adam(rate, options) has no option "beta_1". Did you mean "beta1"?',
    );
  });

  it('lists the known options if none is similar', () => {
    expect(failure({ nonsense: 1 })).to.include('It takes beta1, beta2, epsilon.');
  });

  it('suggests our name for an option of another library', () => {
    expect(failure({ momentumDecay: 1 }, { momentumDecay: 'beta1' })).to.include('Did you mean "beta1"?');
  });

  it('refuses names that every object inherits', () => {
    expect(failure(JSON.parse('{"__proto__": 1}'))).to.include('has no option "__proto__"');
    expect(failure({ constructor: 1 })).to.include('has no option "constructor"');
  });

  it('finds a synonym in any spelling, and shows the sentence of one that is no option', () => {
    const synonyms = { minDelta: 'epsilon', lr: 'Give the rate first.' };
    expect(failure({ min_delta: 1 }, synonyms)).to.include('Did you mean "epsilon"?');
    expect(failure({ lr: 1 }, synonyms)).to.include('has no option "lr". Give the rate first.');
  });

  it('refuses options that are not an object', () => {
    for (const [given, what] of [
      [0.9, 'a number'],
      [null, 'null'],
      [[1], 'an array'],
      [true, 'a boolean'],
    ]) {
      expect(failure(given as object)).to.include(`takes its options as an object, not as ${what}.`);
    }
    expect(() => checkOptions(3 as unknown as object, [], { of: 'take(count)' })).to.throw(
      'take(count) takes no options',
    );
  });
});

describe('refuseMisspelled', () => {
  const owner = { of: 'The data', synonyms: { validation: 'valid' } };
  const isNumber = (value: unknown) => typeof value === 'number';
  const refuse = (given: object) => () => refuseMisspelled(given, ['train', 'valid'], owner, isNumber);

  it('refuses a name similar to an absent option, and accepts other names', () => {
    expect(refuse({ train: 1, classes: 10 })).to.not.throw();
    expect(refuse({ train: 1, vaild: 1 }))
      .to.throw('The data has no option "vaild"')
      .with.property('hint', 'Did you mean "valid"?');
    expect(refuse({ train: 1, validation: 1 })).to.throw('"validation"');
  });

  it('accepts a name similar to an option that is present, and a value of the wrong kind', () => {
    expect(refuse({ train: 1, valid: 1, valid2: 1, validation: 1 })).to.not.throw();
    expect(refuse({ train: 1, validation: 'later' })).to.not.throw();
  });

  it("checks the methods of an instance's class", () => {
    class Data {
      get validation() {
        return 1;
      }
    }
    expect(refuse(new Data())).to.throw('"validation"');
  });
});
