import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elements, ForgeLibrary, type TrainSession, tensor } from '@forge-ml/core';
import { expect } from 'chai';
import { writeProject } from '../resume/project.js';

const forge = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

async function predictions(session: TrainSession): Promise<number[]> {
  const images = tensor(
    Float32Array.from({ length: 5 * 64 }, (_, i) => Math.sin(i)),
    [5, 8, 8, 1],
  );
  const { output } = await session.predict({ images });
  return [...(elements(output!) as Float32Array)];
}

describe('a run whose project was deleted', () => {
  let elsewhere: string;
  beforeEach(async () => {
    elsewhere = await mkdtemp(join(tmpdir(), 'forge-elsewhere-'));
  });
  afterEach(() => rm(elsewhere, { recursive: true }));

  it('loads from another directory and predicts the same bits', async () => {
    const project = await writeProject();
    const configs = ['--data-config', 'data.ts', '--model-config', 'model.ts', '--run-name', 'kept'];
    const options = { cwd: project, stdio: 'ignore' as const };
    execFileSync(
      process.execPath,
      [forge, 'train', '--backend', 'tfjs', '--engine', 'wasm', '--steps', '30', ...configs],
      options,
    );

    const before = await new ForgeLibrary({ directory: project }).loadFromCheckpoint(join(project, 'results/kept/1'));
    await before.restore();
    const expected = await predictions(before.session);
    await before.dispose();

    await rename(join(project, 'results'), join(elsewhere, 'results'));
    await rm(project, { recursive: true });
    const library = new ForgeLibrary({ directory: elsewhere });
    for (const data of [undefined, { classes: 2 }]) {
      const after = await library.loadFromCheckpoint('results/kept/1', 30, data === undefined ? {} : { data });
      const untrained = await predictions(after.session);
      expect(untrained).not.to.deep.equal(expected);
      await after.restore();
      expect(await predictions(after.session)).to.deep.equal(expected);
      await after.dispose();
    }
    expect(await readdir(elsewhere)).to.deep.equal(['results']);
  }).timeout(60_000);
});
