import { expect } from 'chai';
import { warnOfMisleadingMetrics } from './misleading-metrics.js';

describe('warnOfMisleadingMetrics', () => {
  const warningsOf = (batches: number | undefined, ...reports: { split: string; values: Record<string, number> }[]) => {
    const warnings: string[] = [];
    const report = warnOfMisleadingMetrics(
      batches,
      (message) => void warnings.push(message.split(' ').slice(0, 3).join(' ')),
    );
    for (const [index, { split, values }] of reports.entries()) report({ step: index + 1, split, values });
    return warnings;
  };

  it('warns once of each validation metric that cannot be averaged over batches', () => {
    const valid = { split: 'valid', values: { loss: 1, rmse: 2, accuracy: 0.5, f1: 0.3 } };
    const expected = ['valid.rmse is the', 'valid.f1 is the'];
    expect(warningsOf(4, valid, valid)).to.deep.equal(expected);
    expect(warningsOf(undefined, valid)).to.deep.equal(expected);
  });

  it('does not warn of validation data in one batch, nor of training metrics', () => {
    expect(warningsOf(1, { split: 'valid', values: { rmse: 2 } })).to.deep.equal([]);
    expect(warningsOf(4, { split: 'train', values: { rmse: 2 } })).to.deep.equal([]);
  });

  it('does not warn of metrics over the whole split', () => {
    const warnings: string[] = [];
    const report = warnOfMisleadingMetrics(4, (message) => void warnings.push(message), ['f1', 'auc']);
    report({ step: 1, split: 'valid', values: { f1: 1, auc: Number.NaN } });
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^valid\.auc is NaN at step 1: it is undefined for these examples/);
  });

  it('warns once of each metric that is NaN', () => {
    const report = { split: 'train', values: { loss: 1, f1: Number.NaN } };
    expect(warningsOf(1, report, report)).to.deep.equal(['train.f1 is NaN']);
  });
});
