import { isForgeError } from '@forge-ml/core/flags';
import { expect } from 'chai';
import { parseCall } from './parse-call.js';

describe('parseCall', () => {
  it('reads a name and its options', () => {
    expect(parseCall('tpe', 'method')).to.deep.equal({ name: 'tpe', options: {} });
    expect(parseCall(' grid( ) ', 'method')).to.deep.equal({ name: 'grid', options: {} });
    expect(parseCall('asha(reduction=3.5, min = 1,unit=epochs, on=true)', 'stop')).to.deep.equal({
      name: 'asha',
      options: { reduction: 3.5, min: 1, unit: 'epochs', on: true },
    });
    const { options } = parseCall('my-sampler(__proto__x=1)'.replace('__proto__x', 'constructor'), 'method');
    expect(Object.entries(options)).to.deep.equal([['constructor', 1]]);
  });

  for (const text of [
    '',
    '3',
    'asha(',
    'asha)',
    'asha(3)',
    'asha(min=)',
    'asha(min=1,)',
    'asha(min=1, min=2)',
    'a b',
  ]) {
    it(`refuses ${JSON.stringify(text)}, in one line with an example`, () => {
      let caught: unknown;
      try {
        parseCall(text, 'stop');
      } catch (error) {
        caught = error;
      }
      if (!isForgeError(caught)) throw new Error(`not refused: ${String(caught)}`);
      expect([caught.code, caught.hint]).to.deep.equal([
        'FLAG_INVALID',
        "For example: --stop 'asha(reduction=3, min=1)'.",
      ]);
      expect(caught.message).to.include(JSON.stringify(text)).and.not.include('\n');
    });
  }
});
