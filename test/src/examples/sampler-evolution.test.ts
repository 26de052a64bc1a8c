import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../../../examples/plugins/sampler-evolution', import.meta.url));

describe('examples: plugins/sampler-evolution', function () {
  this.timeout(120_000);

  it('builds, and passes its own tests and the conformance suite', async () => {
    const { stdout } = await run('npm', ['test'], { cwd: folder });
    expect(stdout)
      .to.include('sampler conformance: evolution')
      .and.match(/\d{2,} passing/)
      .and.not.match(/failing/);
  });
});
