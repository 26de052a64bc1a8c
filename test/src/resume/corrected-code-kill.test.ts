import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRun, verifyRun } from '@forge-ml/core';
import { expect } from 'chai';
import { makeFolder } from '../cli/folder.js';
import { libraryIn, trainHere } from '../torture/toy-training.js';
import { WarmProcesses } from '../torture/warm-process.js';
import { warmFlags, writeWarmProject } from '../torture/warm-project.js';

/** File operations at which the resume is killed: it stores its code at about the 40th, and records it in `run.json` at about the 70th. */
const operations = Array.from({ length: 16 }, (_, index) => 30 + 4 * index);

describe('a killed resume with corrected code', () => {
  it('leaves the run with either the old or the new code, complete, at any file operation', async function () {
    this.timeout(120_000);
    const folder = await makeFolder();
    await writeWarmProject(folder);
    const file = join(folder, 'model.cjs');
    const text = await readFile(file, 'utf8');
    await trainHere(folder, [...warmFlags, '--steps', '60', '--run-name', 'killed'], 3);
    const processes = new WarmProcesses(1);
    const seen = new Set<unknown>();
    try {
      let current = 0;
      for (const crashAt of operations) {
        const next = current + 1;
        await writeFile(file, text.replace("kind: 'toy',", `kind: 'toy', artefacts: { code: ${next} },`));
        const argv = ['--resume', 'killed/1', '--code-from', 'project', '--save-mode', 'sync', '--override'];
        const end = await processes.take().train({ directory: folder, argv, crashAt });
        expect(end.error, `operation ${crashAt}`).to.equal(undefined);
        const run = await findRun('killed/1', join(folder, 'results'));
        const { damaged, loadable } = await verifyRun(run, { deep: true });
        expect({ crashAt, damaged, ...loadable, checkpoints: 0 }).to.deep.equal({
          ...{ crashAt, damaged: false, checkpoints: 0, code: true, run: true },
        });
        const loaded = await libraryIn(folder).loadFromCheckpoint(run.path);
        await loaded.restore();
        const { code = 0 } = loaded.session.artefacts as { code?: number };
        await loaded.dispose();
        expect([current, next], `operation ${crashAt}`).to.include(code);
        seen.add(code === next ? 'new' : 'old');
        current = code;
      }
      expect(seen).to.deep.equal(new Set(['old', 'new']));
    } finally {
      await processes.discard();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
