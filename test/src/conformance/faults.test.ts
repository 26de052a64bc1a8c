import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const main = fileURLToPath(new URL('./main.js', import.meta.url));

describe('the conformance suite', () => {
  it('passes correct backends, and fails faulty ones in the expected test (a slice of npm run faults)', () => {
    const { stdout, status } = spawnSync(process.execPath, [main, '--every', '9'], { encoding: 'utf8' });
    expect(stdout.match(/.*NOT FOUND.*|FAILED .*/g) ?? []).to.deep.equal([]);
    // The slice includes every group on every engine.
    expect(stdout.match(/\| .* \|/g)!.length).to.be.greaterThan(70);
    expect(status, stdout).to.equal(0);
  }).timeout(240_000);
});
