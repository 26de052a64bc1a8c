import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRun } from '@forge-ml/core';
import { expect } from 'chai';
import { makeFolder } from '../cli/folder.js';
import { contentOf } from '../torture/toy-training.js';
import { WarmProcesses } from '../torture/warm-process.js';
import { warmFlags, writeWarmProject } from '../torture/warm-project.js';

const steps = 60;

/**
 * Every operator of datasets, once over random access and once over streams. The process kills itself after as many
 * elements of the source as `kill-at.txt` says, while they are cached, or after as many batches of the training.
 */
const data = `const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { setImmediate: turn } = require('node:timers/promises');
const { concat, elements, flag, fromArrays, fromGenerator, interleave, tensor, zip } = require('@forge-ml/core');
const { points } = require('./points.cjs');
exports.flags = { streamed: flag.boolean(false, 'Over streams.') };
const counter = (what) => {
  const [kind, count] = readFileSync(join(FOLDER, 'kill-at.txt'), 'utf8').split(' ');
  let left = kind === what ? Number(count) : Infinity;
  return () => {
    if (--left < 0) process.kill(process.pid, 'SIGKILL');
  };
};
exports.load = ({ seed, streamed }) => {
  const [source, training] = [counter('source'), counter('training')];
  const arrays = fromArrays(points(61, 0));
  const generated = fromGenerator(function* () {
    const { x, y } = points(61, 0);
    for (let row = 0; row < 61; row++) yield { x: Float32Array.from(x[row]), y: Float32Array.from(y[row]) };
  });
  const rows = (streamed ? generated : arrays)
    .filter((_, { index }) => index % 7 !== 3)
    .window(2, { step: 1 })
    .map(async ({ x, y }, { index }) => {
      await turn();
      source();
      const [a, b] = [elements(x), elements(y)];
      return { x: a.slice(0, 1 + (index % 2)), y: Float32Array.of(b[0] + 0.1 * b[1]) };
    }, { concurrency: 3 });
  const cached = streamed ? rows : rows.cache({ file: join(FOLDER, 'rows.cache'), key: 'v1' });
  const halves = concat(cached.shard(1, 2), cached.shard(0, 2).take(20));
  const mixed = interleave([halves, cached.take(9)], streamed ? { weights: [3, 1], seed } : {});
  const weights = fromArrays({ weight: Float32Array.of(1, 2, 3) }).repeat();
  const train = zip(mixed, weights).shuffle(seed, { buffer: 7 });
  const padding = { pad: { x: 0 }, multiple: 2, mask: { x: 'mask' }, lengths: { x: 'length' } };
  const batches = streamed
    ? train.padBatch(4, padding)
    : train.bucketByLength({ boundaries: [1], size: [3, 4], length: 'x', ...padding });
  const noisy = batches.map(({ x, ...others }, { random }) => {
    training();
    const values = elements(x).map((value) => value + 0.1 * random.normal());
    return { ...others, x: tensor(values, x.shape) };
  }, { seed });
  return { train: noisy.repeat(2).prefetch(2), valid: cached.cache().take(10).padBatch(4, padding) };
};
`;

describe('a run whose data goes through every operator', () => {
  for (const streamed of [false, true]) {
    const over = streamed ? 'streams' : 'data with random access';
    it(`ends with the same bits over ${over}, killed while it caches and at several steps`, async function () {
      this.timeout(120_000);
      const folder = await makeFolder();
      await writeWarmProject(folder);
      await writeFile(join(folder, 'data.cjs'), `const FOLDER = ${JSON.stringify(folder)};\n${data}`);
      const processes = new WarmProcesses(1);
      const train = async (argv: readonly string[], killAt: string) => {
        await writeFile(join(folder, 'kill-at.txt'), killAt);
        const end = await processes.take().train({ directory: folder, argv, crashAt: null });
        if (end.error !== undefined) throw new Error(end.error);
        return end;
      };
      const start = (name: string) => {
        const own = ['--run-name', name, '--steps', String(steps), '--save-every', '2'];
        return [...warmFlags, ...own, ...(streamed ? ['--streamed'] : [])];
      };
      const contentOfRun = async (name: string) =>
        contentOf((await findRun(name, join(folder, 'results'))).path, steps);
      try {
        expect((await train(start('killed'), 'source 20')).signal).to.equal('SIGKILL');
        expect(existsSync(join(folder, 'rows.cache'))).to.equal(false);
        await rm(join(folder, 'results'), { recursive: true, force: true });

        const killedAt: number[] = [];
        let argv = start('killed');
        for (const batches of [11, 16, 23, 9]) {
          const { signal, saved } = await train(argv, `training ${batches}`);
          expect(signal, `${batches} batches`).to.equal('SIGKILL');
          killedAt.push(Math.max(0, ...saved));
          argv = ['--resume', 'killed'];
        }
        expect((await train(argv, 'never')).completed).to.equal(true);
        expect(new Set(killedAt).size, `saved steps at the kills: ${killedAt}`).to.be.above(2);

        expect((await train(start('straight'), 'never')).completed).to.equal(true);
        expect(await contentOfRun('killed')).to.equal(await contentOfRun('straight'));
      } finally {
        await processes.discard();
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
