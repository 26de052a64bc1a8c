import { createHash } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { changeJson, changeRun, trainToy, useFolder, viewedRun } from '../views/trained-run.test.support.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { reportedCodes } from './reported-codes.js';

describe('the codes of a report', () => {
  const folder = useFolder();

  /** Runs of which each has other code. */
  async function runsWithCodes(count: number): Promise<ViewedRun[]> {
    const template = await trainToy(folder(), ['--steps', '1']);
    const runs = Array.from({ length: count }, (_, at) => viewedRun(join(folder(), 'copies'), 'toy', at + 1));
    for (const [at, run] of runs.entries()) {
      await cp(template.folder.path, run.folder.path, { recursive: true });
      const text = `{ "inputs": 2, "hidden": ${at + 1} }\n`;
      await changeRun(run, { 'code/sizes.json': text });
      const checksum = `sha256:${createHash('sha256').update(text).digest('hex')}`;
      await changeJson(run, 'code.json', (manifest) => {
        const { files } = manifest as { files: { path: string }[] };
        const changed = files.map((file) => (file.path === 'sizes.json' ? { ...file, checksum } : file));
        return { ...manifest, files: changed };
      });
    }
    return runs;
  }

  it('have differences between the first 20, in both directions', async () => {
    const runs = await runsWithCodes(22);
    const { codes, codeDiffs } = await reportedCodes(runs);
    expect(new Set(Object.values(codes)).size).to.equal(22);
    expect(codeDiffs).to.have.length(20 * 19);
    const [first, second] = [codes[runs[0]!.id]!, codes[runs[1]!.id]!];
    for (const [from, to, added] of [
      [first, second, '+{ "inputs": 2, "hidden": 2 }'],
      [second, first, '+{ "inputs": 2, "hidden": 1 }'],
    ]) {
      expect(codeDiffs.find(({ a, b }) => a === from && b === to)!.diff.files[0]!.diff).to.include(added);
    }
  }).timeout(20_000);

  it('have the code of a run whose flags are damaged', async () => {
    const runs = await runsWithCodes(2);
    await changeRun(runs[1]!, { 'flags.json': '{' });
    const { codes, codeDiffs } = await reportedCodes(runs);
    expect(Object.keys(codes)).to.deep.equal(runs.map(({ id }) => id));
    expect(codeDiffs).to.have.length(2);
  });
});
