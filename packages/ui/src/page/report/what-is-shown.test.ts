import { expect } from 'chai';
import type { ReportContent, ReportedRun } from '../../protocol/report-content.js';
import { whatIsShown } from './what-is-shown.js';

const whole = {
  view: { code: { versions: [{ files: [{ path: 'data.ts' }, { path: 'model.ts' }] }] } },
  curves: [],
  ...{ omittedMetrics: 0, omittedCheckpoints: 0, omittedParameters: 0 },
  code: { '0/data.ts': {}, '0/model.ts': {} },
  diff: { text: '', truncated: false },
  log: { text: '', from: 0, to: 10, size: 10 },
  media: { entries: [], omitted: 0 },
} as unknown as ReportedRun;
const shown = (...runs: ReportedRun[]) => whatIsShown({ runs, codes: {}, codeDiffs: [] } as unknown as ReportContent);

describe('what a report says that it does not have', () => {
  it('is nothing for whole runs', () => {
    expect(shown(whole, whole)).to.deep.equal([]);
  });

  it('is each part that the bound of its size has cut', () => {
    const cut: ReportedRun = {
      ...whole,
      ...{ omittedMetrics: 20, omittedCheckpoints: 3, omittedParameters: 4 },
      code: {},
      diff: { text: '', truncated: true },
      log: { text: '', from: 5, to: 10, size: 10 },
      media: { entries: [], omitted: 2 },
    };
    const codes = { a: 'one', b: 'two', c: 'three', d: 'one' };
    const codeDiffs = [{}, {}];
    expect(whatIsShown({ runs: [whole], codes, codeDiffs } as unknown as ReportContent)).to.deep.equal([
      'It has 1 of the 3 differences between 3 versions of the code.',
    ]);
    expect(shown(whole, cut, cut)).to.deep.equal([
      'Curves of 40 other metrics are not in this report.',
      '6 older checkpoints are not in this report.',
      '8 parameters of models are not in this report.',
      '4 older images, texts, histograms and tables are not in this report.',
      'The texts of 4 files of code are not in this report.',
      'It has only the start of the uncommitted changes of 2 runs.',
      'It has only the end of the console log of 2 runs.',
    ]);
  });
});
