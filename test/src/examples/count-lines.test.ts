import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { examplePath } from './load-example.js';

interface CountLines {
  readonly most: number;
  countLines(source: string): number;
  countJobs(): { job: string; file: string; lines: number }[];
}

describe('examples: the lines of a job besides the model', () => {
  const script = import(pathToFileURL(examplePath('../scripts/count-lines.js')).href) as Promise<CountLines>;

  it('are at most ten', async () => {
    const { countJobs, most } = await script;
    const jobs = countJobs();
    expect(most).to.equal(10);
    expect(jobs.map(({ job }) => job)).to.have.length(5);
    for (const { job, lines } of jobs) expect(lines, job).to.be.within(3, most);
  });

  it('are those with code, imports not counted', async () => {
    const { countLines } = await script;
    const source = [
      'import {',
      '  a,',
      "} from 'a';",
      '',
      '// A comment',
      '/** Another,',
      ' * longer. */',
      'const b = a({',
      '  c: 1, // with a comment',
      '',
      '});',
      'const text = `',
      '',
      '`;',
    ];
    expect(countLines(source.join('\n'))).to.equal(6);
  });
});
