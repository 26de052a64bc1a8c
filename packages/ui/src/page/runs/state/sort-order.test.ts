import { expect } from 'chai';
import { formatSort, parseSort, sortedBy } from './sort-order.js';

const loss = { key: 'best.valid.loss', direction: 'min' as const };
const auc = { key: 'best.valid.auc', direction: 'max' as const };
const score = { key: 'last.valid.score', direction: null };
const hidden = { key: 'flags.hidden', direction: null };
const fields = [loss, auc, score, hidden];

const click = (sort: string, field: typeof hidden | typeof loss | typeof auc, isSecond = false) =>
  formatSort(sortedBy(parseSort(sort, fields), field, isSecond), fields);

describe('sorting by headers', () => {
  it('puts the best first, then the worst', () => {
    expect(click('', auc)).to.equal('best.valid.auc');
    expect(click('best.valid.auc', auc)).to.equal('best.valid.auc:min');
    expect(click('best.valid.auc:min', auc)).to.equal('best.valid.auc');
  });

  it('replaces the field, and with shift adds one, reverses it, removes it', () => {
    expect(click('flags.hidden', loss)).to.equal('best.valid.loss');
    expect(click('flags.hidden', loss, true)).to.equal('flags.hidden,best.valid.loss');
    expect(click('flags.hidden,best.valid.loss', loss, true)).to.equal('flags.hidden,best.valid.loss:max');
    expect(click('flags.hidden,best.valid.loss:max', loss, true)).to.equal('flags.hidden');
  });

  it('writes the direction of a metric that has none', () => {
    expect(click('', score)).to.equal('last.valid.score:min');
    expect(click('last.valid.score:min', score)).to.equal('last.valid.score:max');
  });

  it('keeps what it does not know', () => {
    expect(formatSort(parseSort(' x.y:max , created', fields), fields)).to.equal('x.y:max,created:max');
  });
});
