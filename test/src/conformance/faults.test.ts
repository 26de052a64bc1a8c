import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const main = fileURLToPath(new URL('./main.js', import.meta.url));

describe('the conformance suite', () => {
  it('passes sound backends, and finds out faulty ones by tests that name the fault (a slice of npm run faults)', () => {
    const { stdout, status } = spawnSync(process.execPath, [main, '--every', '9'], { encoding: 'utf8' });
    expect(stdout.match(/.*NOT FOUND.*|FAILED .*/g) ?? []).to.deep.equal([]);
    // Every group on every engine is among them.
    expect(stdout.match(/\| .* \|/g)!.length).to.be.greaterThan(70);
    expect(status, stdout).to.equal(0);
  }).timeout(240_000);
});
