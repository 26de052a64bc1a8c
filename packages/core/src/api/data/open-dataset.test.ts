import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { elements, tensor } from '../../tensor/tensor-data.js';
import { writeTensorFile } from '../../tensor/tensor-file.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, essenceOf, forgeIn, train, trainUntil } from '../toy-run.test.support.js';

const rows = `
import { readFile } from 'node:fs/promises';
import { definePlugin, ForgeError, tensor } from '@forge-ml/core/plugin';

const numbers = async (path) => (await readFile(path, 'utf8')).trim().split('\\n').map((row) => row.split(' ').map(Number));
const scalar = (value) => tensor(new Float32Array([value]), []);

export default definePlugin({
  port: 1,
  readers: {
    rows: () => ({
      description: 'Numbers in rows, the last of each the target.',
      async open({ path, options }) {
        if (options.header) throw new ForgeError('DATA_INVALID', path + ' has no header.', { about: path });
        const all = await numbers(path);
        return { x: all.map((row) => row.slice(0, -1)), y: all.map((row) => row.slice(-1)) };
      },
    }),
    stream: () => ({
      description: 'Numbers, one at a time.',
      async open({ path }) {
        const all = (await numbers(path)).flat();
        return {
          length: all.length,
          read: ({ skip }) => {
            let at = skip;
            return { next: () => at < all.length ? { done: false, value: { n: scalar(all[at++]) } } : { done: true } };
          },
        };
      },
    }),
    address: () => ({ description: 'What it was given.', open: ({ path }) => { throw new Error(path); } }),
    nothing: () => ({ description: 'Nothing.', open: () => 42 }),
  },
});
`;

describe('Forge.openDataset', () => {
  const folder = useTemporaryFolder();
  beforeEach(async () => {
    await writeToyProject(folder(), { 'n.txt': '1 2 3\n4 5 6\n7 8 9\n10 11 12\n13 14 15\n' });
    const readers = ['rows', 'stream', 'address', 'nothing'];
    await installPlugin(folder(), { name: 'rows', forge: { readers }, module: rows });
  });
  const open = (...args: Parameters<ReturnType<typeof forgeIn>['forge']['openDataset']>) =>
    forgeIn(folder()).forge.openDataset(...args);

  it('reads safetensors by itself, by a path or a URL', async () => {
    const file = join(folder(), 'a.safetensors');
    await writeTensorFile(file, new Map([['x', tensor(new Float32Array([1, 2, 3, 4]), [2, 2])]]));
    for (const path of ['a.safetensors', file, pathToFileURL(file)]) {
      const dataset = await open('safetensors', path);
      expect(dataset.length).to.equal(2);
      const { value } = await dataset.batch(2).read({ epoch: 0, skip: 0 }).next();
      expect([...elements((value as { x: never }).x)]).to.deep.equal([1, 2, 3, 4]);
    }
  });

  it("reads with a plugin's reader: arrays, or a dataset that reads as it goes", async () => {
    const arrays = await open('rows', 'n.txt');
    expect(arrays.length).to.equal(5);
    const stream = await open('stream', 'n.txt');
    const seen: unknown[] = [];
    for await (const { n } of stream.take(5).epoch(0, 3)) seen.push(...elements(n!));
    expect(seen).to.deep.equal([4, 5]);
  });

  it('trains on it in a data config, resumes, and finds the plugins of the library that loads the config', async () => {
    const data = `import { Forge } from '@forge-ml/core';
      export const load = async ({ seed }) => {
        const points = await Forge.openDataset<'x' | 'y'>('rows', new URL('./n.txt', import.meta.url));
        return { train: points.shuffle(seed).batch(2) };
      };
      export const files = ['./n.txt'];`;
    await writeFiles(folder(), { 'data.ts': data });
    const argv = [...bothConfigs, '--save-every', '1', '--keep', 'all', '--steps', '6', '--learning-rate', '0.001'];
    const whole = await train(folder(), [...argv, '--run-name', 'whole']);
    const part = await trainUntil(2, folder(), [...argv, '--run-name', 'part']);
    await writeFiles(folder(), { 'data.ts': 'nothing', 'n.txt': 'nothing' });
    const rest = await train(folder(), ['--resume', part.run]);
    expect(await essenceOf(rest.run, 6)).to.deep.equal(await essenceOf(whole.run, 6));
  });

  it('leaves addresses to the reader, and names the reader and the place where one fails', async () => {
    const remote = await failureOf(() => open('address', 's3://bucket/key'));
    expect([remote.code, remote.message]).to.deep.equal([
      'DATA_INVALID',
      'The reader address could not read s3://bucket/key: s3://bucket/key',
    ]);
    expect((await failureOf(() => open('rows', 'n.txt', { header: true }))).message).to.match(
      /n\.txt has no header\.$/,
    );
    expect((await failureOf(() => open('nothing', 'n.txt'))).code).to.equal('PLUGIN_INVALID');
    expect((await failureOf(() => open('safetensors', 'none'))).code).to.equal('FILE_SYSTEM');
    const unknown = await failureOf(() => open('row', 'n.txt'));
    expect(unknown.message).to.equal(
      'There is no dataset reader "row". Available: safetensors, csv, jsonLines, npy, idx, textLines, rows, stream, address, nothing.',
    );
    expect(unknown.hint).to.equal('Did you mean rows?');
  });

  it("refuses options that Forge's own reader does not have", async () => {
    const file = join(folder(), 'rows.safetensors');
    await writeTensorFile(file, new Map([['x', tensor(Float32Array.of(1, 2))]]));
    const { forge } = forgeIn(folder());
    const error = await failureOf(() => forge.openDataset('safetensors', file, { split: 'train' }));
    expect(error).to.include({ code: 'OPTION_UNKNOWN', about: 'split', hint: 'It takes no options.' });
  });

  it('names the package of a reader that is published with Forge and not installed', async () => {
    const error = await failureOf(() => forgeIn(folder()).forge.openDataset('images', 'n.txt'));
    expect([error.message, error.hint]).to.deep.equal([
      'The dataset reader "images" is not installed.',
      'Install it: npm install @forge-ml/data',
    ]);
  });
});
