import { expect } from 'chai';
import { csvText, markdownText } from './table-text.js';

describe('a table as text', () => {
  it('is CSV, without formulas for a spreadsheet', () => {
    const rows = [
      ['a,"b"', -1, '=1+1'],
      ['c', null, true],
    ];
    expect(csvText({ titles: ['run', 'loss', 'note'], rows })).to.equal(
      'run,loss,note\r\n"a,""b""",-1,\'=1+1\r\nc,,true\r\n',
    );
  });

  it('is Markdown, with numbers to the right and nothing that is markup', () => {
    const rows = [
      ['a|b', 0.5],
      ['<i>', null],
    ];
    expect(markdownText({ titles: ['run', 'loss'], rows })).to.equal(
      '| run | loss |\n| --- | ---: |\n| a\\|b | 0.5 |\n| \\<i\\> |  |\n',
    );
  });
});
