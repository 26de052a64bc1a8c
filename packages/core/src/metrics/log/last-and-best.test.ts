import { expect } from 'chai';
import fc from 'fast-check';
import { directionOfName } from '../metric-direction.js';
import { type DirectionOf, LastAndBest } from './last-and-best.js';

const byName: DirectionOf = (_split, name) => directionOfName(name);

function tracked(records: readonly (readonly [step: number, split: string, values: Record<string, number>])[]) {
  const metrics = new LastAndBest(byName);
  for (const [step, split, values] of records) metrics.add({ step, split, values });
  return metrics;
}

describe('LastAndBest', () => {
  it('has the last value of each metric, and the best by its direction with its step', () => {
    const { last, best } = tracked([
      [1, 'train', { loss: 3 }],
      [1, 'valid', { loss: 2, accuracy: 0.5, score: 7 }],
      [2, 'valid', { loss: 1, accuracy: 0.75 }],
      [3, 'valid', { loss: 1.5, accuracy: 0.25, score: 5 }],
    ]);
    expect(last).to.deep.equal({
      train: { loss: { value: 3, step: 1 } },
      valid: {
        loss: { value: 1.5, step: 3 },
        accuracy: { value: 0.25, step: 3 },
        score: { value: 5, step: 3 },
      },
    });
    // Whether a lower or a higher score is better is unknown.
    expect(best).to.deep.equal({
      train: { loss: { value: 3, step: 1 } },
      valid: { loss: { value: 1, step: 2 }, accuracy: { value: 0.75, step: 2 } },
    });
  });

  it('takes the earliest step among equal values, and never NaN', () => {
    const { last, best } = tracked([
      [1, 'valid', { loss: Number.NaN, accuracy: Number.NaN }],
      [4, 'valid', { loss: Infinity }],
      [5, 'valid', { loss: 1 }],
      [6, 'valid', { loss: 1 }],
      [2, 'valid', { loss: 1 }],
      [7, 'valid', { loss: Number.NaN }],
    ]);
    expect(best).to.deep.equal({ valid: { loss: { value: 1, step: 2 } } });
    expect(last.valid!.loss).to.deep.equal({ value: Number.NaN, step: 7 });
    expect(last.valid!.accuracy).to.deep.equal({ value: Number.NaN, step: 1 });
  });

  it('knows no names but those in the records', () => {
    const metrics = new LastAndBest(() => 'min');
    metrics.add({ step: 1, split: '__proto__', values: JSON.parse('{"__proto__":3,"constructor":2}') });
    const { best } = metrics;
    expect(JSON.stringify(best)).to.equal(
      '{"__proto__":{"__proto__":{"value":3,"step":1},"constructor":{"value":2,"step":1}}}',
    );
  });

  it('continues from the best values of earlier records as if it had seen these', () => {
    const record = fc.record({
      step: fc.nat(5),
      split: fc.constantFrom('train', 'valid'),
      values: fc.dictionary(
        fc.constantFrom('loss', 'accuracy', 'score'),
        fc.constantFrom(0, 1, 2, Number.NaN, Infinity),
      ),
    });
    fc.assert(
      fc.property(fc.array(record), fc.array(record), (before, after) => {
        const whole = new LastAndBest(byName);
        const first = new LastAndBest(byName);
        for (const one of before) first.add(one);
        const second = new LastAndBest(byName, first.best);
        for (const one of before) whole.add(one);
        for (const one of after) [whole, second].map((metrics) => metrics.add(one));
        expect(second.best).to.deep.equal(whole.best);
      }),
    );
  });
});
