import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles, writeToyProject } from '../../testing/toy-project.js';
import {
  bothConfigs,
  essenceOf,
  forgeIn,
  readJsonFile,
  train,
  trainUntil,
  withFlags,
} from '../toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '10', '--report-every', '1', '--run-name', 'mapped'];

/** Data that a function converts: in worker threads, or by a direct call. */
const dataConfig = (map: string) => `import { defineData, fromArrays, inWorkers } from '@forge-ml/core';
  import { noisy } from './decode.ts';
  import { points } from './points.ts';
  export default defineData({
    flags: {},
    load({ seed }) {
      const map = ${map};
      return {
        train: fromArrays(points(20, 0)).shuffle(seed).map(map, { seed }).batch(4),
        valid: fromArrays(points(6, 0.5)).map(map).batch(4).prefetch(2),
      };
    },
  });`;
const inThreads = "inWorkers<typeof noisy>(new URL('./decode.ts', import.meta.url), { workers: 2, export: 'noisy' })";

const decode = `import { elements, tensor } from '@forge-ml/core';
  import { scale } from './lib/scale.ts';
  export const noisy = ({ x, y }, { random }) => ({
    x: tensor(Float32Array.from(elements(x), (value) => scale * value + 0.01 * random.normal()), x.shape), y,
  });`;

describe('a run whose data is mapped in worker threads', function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();
  /** Threads that other tests have left. */
  let others = 0;
  const threads = () => allThreads() - others;
  const write = (map: string) =>
    writeFiles(folder(), {
      'data.ts': dataConfig(map),
      'decode.ts': decode,
      'lib/scale.ts': 'export const scale = 1.5;',
    });
  beforeEach(() => writeToyProject(folder()));
  before(() => {
    // Looking up names of hosts takes seconds.
    Object.assign(process.report, { excludeNetwork: true });
    others = allThreads();
  });

  it('has the bits of a direct call, resumes from the code that it stores, and ends its threads', async () => {
    await write('noisy');
    const direct = await train(folder(), settings);
    await write(inThreads);
    const stopped = await trainUntil(3, folder(), settings);
    const stored = await readJsonFile(stopped.run, 'code.json');
    expect((stored.files as { path: string }[]).map(({ path }) => path)).to.include.members([
      'decode.ts',
      'lib/scale.ts',
    ]);
    expect(stored.missing).to.deep.equal([]);
    expect(threads()).to.equal(0);

    for (const name of ['data.ts', 'model.ts', 'points.ts', 'decode.ts']) await rm(join(folder(), name));
    await writeFile(join(folder(), 'lib', 'scale.ts'), 'export const scale = 100;');
    const resumed = await train(folder(), ['--resume', stopped.run]);
    expect(await essenceOf(resumed.run, 10)).to.deep.equal(await essenceOf(direct.run, 10));
    expect(threads()).to.equal(0);

    const loaded = await forgeIn(folder()).forge.loadFromCheckpoint(resumed.run);
    await loaded.evaluate(loaded.data.valid!);
    expect(threads()).to.equal(2);
    await loaded.dispose();
    expect(threads()).to.equal(0);
  });

  it('stops and saves while a thread is in an endless loop', async () => {
    await writeFiles(folder(), {
      'data.ts': dataConfig(inThreads.replace("'noisy'", "'stuck'")).replace(/valid:.*/, ''),
      'decode.ts': `let calls = 0;
        export const noisy = null;
        export const stuck = (element) => { if (++calls > 12) for (;;); return element; };`,
    });
    const { status, checkpoint } = await trainUntil(2, folder(), settings);
    expect([status, checkpoint?.endsWith('2')]).to.deep.equal(['stopped', true]);
    expect(threads()).to.equal(0);
  });

  it('is refused before anything is written if the module is not as `load` says', async () => {
    await write(inThreads.replace("'noisy'", "'noisi'"));
    const error = await train(folder(), settings).catch((failure: Error) => failure);
    expect((error as Error).message).to.equal(`${join(folder(), 'decode.ts')} has no export "noisi".`);
    await write(inThreads.replace('./decode.ts', './decod.ts'));
    const missing = await train(folder(), withFlags(settings, ['--steps', '2'])).catch((failure: Error) => failure);
    expect((missing as Error).message).to.contain(`there is no file ${join(folder(), 'decod.ts')}`);
    const computed = inThreads.replace("'./decode.ts'", "['.', 'decode.ts'].join('/')");
    await writeFiles(folder(), {
      'data.ts': dataConfig(computed).replace('import { noisy }', 'import type { noisy }'),
    });
    const untraced = await train(folder(), settings).catch((failure: Error) => failure);
    expect((untraced as Error).message).to.contain('decode.ts, which is not stored with the run');
    expect(threads()).to.equal(0);
  });
});

/** Worker threads of this process: the toy backend has none. */
function allThreads(): number {
  return (process.report.getReport() as unknown as { readonly workers: readonly unknown[] }).workers.length;
}
