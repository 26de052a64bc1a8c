import { expect } from 'chai';
import fc from 'fast-check';
import { tensor } from '../../tensor/tensor-data.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { parseNameMaps } from './map-name.js';
import { matchState } from './match-state.js';

const value = (size: number) => tensor(new Float32Array(size).fill(size));
const parameter = (name: string, size: number) => ({ name, dtype: 'float32', shape: [size], trainable: true }) as const;
const model = [parameter('encoder/w', 2), parameter('encoder/b', 3), parameter('head/w', 4)];
const match = (given: Readonly<Record<string, number>>, map?: string) => {
  const tensors = new Map(Object.entries(given).map(([name, size]) => [name, value(size)]));
  return matchState(model, tensors, map === undefined ? [] : parseNameMaps(map), 'churn/9');
};
const failure = async (work: () => unknown) => {
  const { code, message, hint } = await failureOf(async () => work());
  return `${code}: ${message} ${hint}`;
};

describe('matchState', () => {
  it('takes what has the name, dtype and shape, and says why the others do not match', () => {
    const { tensors, unmatched, unused } = match({ 'encoder/w': 2, 'head/w': 9, old: 1 });
    expect([...tensors.keys()]).to.deep.equal(['encoder/w']);
    expect(unmatched).to.deep.equal([
      { name: 'encoder/b', reason: 'not in churn/9' },
      { name: 'head/w', reason: 'float32[9] in churn/9, float32[4] in the model' },
    ]);
    expect(unused).to.deep.equal(['head/w', 'old']);
  });

  it('renames by the first map that matches', () => {
    const { tensors } = match({ 'backbone/w': 2, 'backbone/b': 3, out: 4 }, 'out=head/w, backbone/*=encoder/*');
    expect([...tensors.keys()]).to.deep.equal(['encoder/w', 'encoder/b', 'head/w']);
  });

  it('renames with several stars, and with characters that expressions use', () => {
    const [map] = parseNameMaps('a.*[0]/*=b/*-*');
    expect(map?.rename('a.x[0]/y')).to.equal('b/x-y');
    expect(map?.rename('aax[0]/y')).to.equal(undefined);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (one, two) => {
        expect(parseNameMaps('<*>=(*)')[0]!.rename(`<${one}${two}>`)).to.equal(`(${one}${two})`);
      }),
    );
  });

  it('refuses a warm start that matches nothing, and maps that rename nothing or two to one name', async () => {
    expect(await failure(() => match({ 'encoder/w': 7, x: 1 }))).to.equal(
      'STATE_MISMATCH: No parameter of churn/9 has the name, dtype and shape of one of the model. The model has ' +
        "encoder/w, encoder/b, head/w; churn/9 has encoder/w, x. Rename them: --map 'FROM=TO'.",
    );
    expect(await failure(() => match({ 'encoder/w': 2 }, 'encodr/w=head/w'))).to.include('Did you mean encoder/w?');
    expect(await failure(() => match({ a: 2, 'encoder/w': 2 }, 'a=encoder/w'))).to.include(
      'gives a and encoder/w the same name, encoder/w',
    );
    for (const text of ['a', '=b', 'a=', 'a=b=c', 'a*=b', 'a=b,,c=d']) {
      expect(await failure(() => parseNameMaps(text)), text).to.include('which is not FROM=TO');
    }
  });
});
