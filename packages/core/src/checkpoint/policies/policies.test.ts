import { expect } from 'chai';
import type { Stats } from '../../backend/backend.js';
import { best, everyNth, type KeepPolicy, keepAll, keepAny, last, surplus, withNewest } from './keep-policy.js';
import { parseKeep } from './parse-keep.js';
import type { Candidate } from './rank-by-metric.js';
import { everyMinutes, everySteps } from './save-policy.js';

describe('save policies', () => {
  it('every n steps, never at step 0', () => {
    const steps = Array.from({ length: 11 }, (_, step) => step);
    expect(steps.filter((step) => everySteps(3).due(step))).to.deep.equal([3, 6, 9]);
  });

  it('every n minutes since the last checkpoint, whatever triggered that one', () => {
    let time = 5_000;
    const policy = everyMinutes(2, () => time);
    time += 119_999;
    expect(policy.due(1)).to.equal(false);
    time += 1;
    expect(policy.due(1)).to.equal(true);
    expect(policy.due(1)).to.equal(true);
    policy.saved();
    expect(policy.due(1)).to.equal(false);
  });
});

const checkpoint = (step: number, accuracy?: number, loss?: number) => {
  const valid: Stats = { ...(accuracy === undefined ? {} : { accuracy }), ...(loss === undefined ? {} : { loss }) };
  return { step, metrics: { valid } };
};
const history = [
  checkpoint(100, 0.5, 2),
  checkpoint(200, 0.9, 1),
  checkpoint(300, 0.9, Number.NaN),
  checkpoint(400, 0.7, 0.5),
  checkpoint(500, Number.NaN, Infinity),
  checkpoint(600),
];
const kept = (policy: KeepPolicy): number[] => {
  const gone = surplus(history, withNewest(policy));
  return history.map(({ step }) => step).filter((step) => !gone.includes(step));
};

describe('keep policies', () => {
  it('always keep the newest', () => {
    expect(kept(last(0))).to.deep.equal([600]);
    expect(surplus([], withNewest(last(1)))).to.deep.equal([]);
  });

  it('keep the last k, every nth, all', () => {
    expect(kept(last(2))).to.deep.equal([500, 600]);
    expect(kept(last(9))).to.have.lengthOf(6);
    expect(kept(everyNth(200))).to.deep.equal([200, 400, 600]);
    expect(kept(keepAll)).to.have.lengthOf(6);
  });

  it('keep the best k: the earlier of equals, none without the metric or with NaN', () => {
    expect(kept(best({ split: 'valid', name: 'accuracy' }, 'max'))).to.deep.equal([200, 600]);
    expect(kept(best({ split: 'valid', name: 'accuracy' }, 'max', 2))).to.deep.equal([200, 300, 600]);
    expect(kept(best({ split: 'valid', name: 'accuracy' }, 'min'))).to.deep.equal([100, 600]);
    expect(kept(best({ split: 'valid', name: 'loss' }, 'min'))).to.deep.equal([400, 600]);
    expect(kept(best({ split: 'valid', name: 'loss' }, 'max', 9))).to.deep.equal([100, 200, 400, 500, 600]);
  });

  it('keep all while none has the metric', () => {
    expect(kept(best({ split: 'test', name: 'f1' }, 'max'))).to.have.lengthOf(6);
  });

  it('keep a checkpoint that any of several policies keeps', () => {
    expect(kept(keepAny(last(1), best({ split: 'valid', name: 'loss' }, 'min'), everyNth(300)))).to.deep.equal([
      300, 400, 600,
    ]);
  });

  it('find a metric whose name has dots', () => {
    const dotted: readonly Candidate[] = [
      { step: 1, metrics: { valid: { 'top.5': 2 } } },
      { step: 2, metrics: { valid: { 'top.5': 1 } } },
      { step: 3, metrics: {} },
    ];
    expect(surplus(dotted, withNewest(best({ split: 'valid', name: 'top.5' }, 'max')))).to.deep.equal([2]);
  });
});

describe('--keep', () => {
  for (const [text, steps] of [
    ['3', [400, 500, 600]],
    ['every:200', [200, 400, 600]],
    ['best:valid.accuracy', [200, 600]],
    ['best:valid.loss', [400, 600]],
    ['best:valid.loss:min', [400, 600]],
    ['best:valid.loss:max', [500, 600]],
    ['best:valid.accuracy:2', [200, 300, 600]],
    ['best:valid.loss:min:2', [200, 400, 600]],
    ['best:valid.los:max', [100, 200, 300, 400, 500, 600]],
    ['1,best:valid.loss, every:300', [300, 400, 600]],
    ['all', [100, 200, 300, 400, 500, 600]],
    ['3,all', [100, 200, 300, 400, 500, 600]],
  ] as const) {
    it(`${text} keeps ${steps.join(', ')}`, () => expect(kept(parseKeep(text).policy({}))).to.deep.equal(steps));
  }

  for (const text of [
    '',
    '0',
    '-1',
    '1.5',
    '1e3',
    'none',
    '3,',
    'all:3',
    'every',
    'every:0',
    'every:x',
    'every:1:2',
    'best',
    'best:',
    'best:accuracy',
    'best:.accuracy',
    'best:valid.',
    'best:valid.loss:least',
    'best:valid.loss:min:0',
    'best:valid.loss:1:min',
    'best:valid.loss:min:1:2',
    'last:3',
  ]) {
    it(`${JSON.stringify(text)} is refused`, () => {
      expect(() => parseKeep(text))
        .to.throw()
        .with.property('code', 'FLAG_INVALID');
    });
  }

  for (const text of ['best:valid.score', '3,best:valid.score:2', 'best:valid.loss_scale', 'best:valid.top.5']) {
    it(`${text} is refused, since its direction is unknown`, () => {
      const request = parseKeep(text);
      expect(() => request.policy({}))
        .to.throw()
        .with.property('code', 'METRIC_INVALID');
    });
  }

  it('prefers the direction given, then the one that the model declares, then the one of the name', () => {
    const scored: readonly Candidate[] = [
      { step: 1, metrics: { valid: { score: 1, loss: 1 } } },
      { step: 2, metrics: { valid: { score: 3, loss: 3 } } },
      { step: 3, metrics: { valid: { score: 2, loss: 2 } } },
    ];
    const removed = (text: string) =>
      surplus(scored, withNewest(parseKeep(text).policy({ score: 'min', loss: 'max' })));
    expect(removed('best:valid.score')).to.deep.equal([2]);
    expect(removed('best:valid.loss')).to.deep.equal([1]);
    expect(removed('best:valid.loss:min')).to.deep.equal([2]);
  });

  it('keeps the best where some are NaN, and all where each is', () => {
    const values = (...numbers: number[]) => numbers.map((rmse, step) => ({ step, metrics: { valid: { rmse } } }));
    const policy = withNewest(parseKeep('best:valid.rmse').policy({}));
    expect(surplus(values(Number.NaN, 2, 1, 3), policy)).to.deep.equal([0, 1]);
    expect(surplus(values(Number.NaN, Number.NaN, Number.NaN), policy)).to.deep.equal([]);
  });
});
