import { expect } from 'chai';
import { directionsOfRun, findDirection, parseMetricAddress, requireDirection } from './metric-address.js';

describe('parseMetricAddress', () => {
  it('parses a split, a name, and an optional direction', () => {
    expect(parseMetricAddress('valid.rmse')).to.deep.equal({ split: 'valid', name: 'rmse', direction: undefined });
    expect(parseMetricAddress('valid.top.5:max')).to.deep.equal({ split: 'valid', name: 'top.5', direction: 'max' });
  });

  for (const text of [
    '',
    'loss',
    '.loss',
    'valid.',
    'valid.loss:',
    'valid.loss:up',
    'valid.loss:min:1',
    'a b.loss',
    ':min',
  ]) {
    it(`rejects ${JSON.stringify(text)}`, () => expect(parseMetricAddress(text)).to.equal(undefined));
  }

  it('prefers the direction given, then the declared one, then that of the name', () => {
    const of = (name: string, direction?: 'min' | 'max') =>
      findDirection({ name, direction }, { score: 'max', loss: 'max' });
    expect([of('loss', 'min'), of('loss'), of('score'), of('rmse')]).to.deep.equal(['min', 'max', 'max', 'min']);
    // Not a property that every object inherits.
    expect(of('constructor')).to.equal(undefined);
  });

  it('knows no direction in the splits that say how a run works', () => {
    const directionOf = directionsOfRun({}, { error: 'min' });
    for (const split of ['gradients', 'system']) {
      expect([directionOf(split, 'norm/loss'), directionOf(split, 'error')]).to.deep.equal([undefined, undefined]);
    }
    expect([directionOf('valid', 'my/loss'), directionOf('valid', 'error')]).to.deep.equal(['min', 'min']);
    // What a run has recorded counts.
    expect(directionsOfRun({ 'system.loss': 'max' })('system', 'loss')).to.equal('max');
  });

  it('fails for an unknown direction with a hint how to give it, and suggests a similar name', () => {
    const refused = (name: string) => {
      const address = { split: 'valid', name, direction: undefined };
      try {
        requireDirection(address, { myScore: 'max' }, `--keep best:valid.${name}`);
      } catch (error) {
        return error as { code: string; hint: string };
      }
      throw new Error('not refused');
    };
    expect(refused('quality')).to.include({
      code: 'METRIC_INVALID',
      hint: "Write --keep best:valid.quality:min or --keep best:valid.quality:max, or declare it in the model: metrics: { quality: { direction: 'max' } }.",
    });
    expect(refused('mySore').hint).to.match(/^Did you mean valid\.myScore\?/);
    expect(refused('los').hint).to.match(/^Did you mean valid\.loss\?/);
  });
});
