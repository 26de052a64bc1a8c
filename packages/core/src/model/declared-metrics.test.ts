import { expect } from 'chai';
import { declaredDirections } from './declared-metrics.js';

describe('declaredDirections', () => {
  it("returns the directions in a model's metrics", () => {
    const metrics = { myScore: { direction: 'max' }, other: {} };
    expect(declaredDirections({ metrics })).to.deep.equal({ myScore: 'max' });
    for (const model of [{}, undefined, null, 5, () => 5]) expect(declaredDirections(model)).to.deep.equal({});
  });

  for (const [title, metrics, code] of [
    ['a list', ['myScore'], 'MODEL_INVALID'],
    ['a direction without its name', { myScore: 'max' }, 'MODEL_INVALID'],
    ['another direction', { myScore: { direction: 'up' } }, 'MODEL_INVALID'],
    ['an unknown option', { myScore: { directoin: 'max' } }, 'OPTION_UNKNOWN'],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => declaredDirections({ metrics }))
        .to.throw()
        .with.property('code', code);
    });
  }
});
