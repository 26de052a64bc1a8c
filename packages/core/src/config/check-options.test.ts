import { expect } from 'chai';
import { isForgeError } from '../errors/forge-error.js';
import { checkOptions } from './check-options.js';

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
  it('takes what is known, and nothing at all', () => {
    expect(failure(undefined)).to.equal(undefined);
    expect(failure({})).to.equal(undefined);
    expect(failure({ beta1: 0.9, epsilon: undefined })).to.equal(undefined);
  });

  it('names the unknown option and the nearest known one', () => {
    expect(failure({ beta_1: 0.8 })).to.equal(
      'OPTION_UNKNOWN: adam(rate, options) has no option "beta_1". Did you mean "beta1"?',
    );
  });

  it('lists the known ones where none is near', () => {
    expect(failure({ nonsense: 1 })).to.include('It takes beta1, beta2, epsilon.');
  });

  it('knows the names of other libraries', () => {
    expect(failure({ momentumDecay: 1 }, { momentumDecay: 'beta1' })).to.include('Did you mean "beta1"?');
  });

  it('is not misled by names every object has', () => {
    expect(failure(JSON.parse('{"__proto__": 1}'))).to.include('has no option "__proto__"');
    expect(failure({ constructor: 1 })).to.include('has no option "constructor"');
  });
});
