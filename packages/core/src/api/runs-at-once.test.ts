import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { tensor } from '../tensor/tensor-data.js';
import { writeTensorFile } from '../tensor/tensor-file.js';
import { useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../testing/toy-project.js';
import { bothConfigs, essenceOf, train } from './toy-run.test.support.js';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A data config that loads another, which reads a file, with awaits wherever there may be some. */
const project = (index: number) => ({
  'data.ts': `import { defineData, Forge } from '@forge-ml/core';
    import { setTimeout as delay } from 'node:timers/promises';
    import { seen } from './seen.ts';
    await delay(${index * 7});
    seen.push('data');
    export default defineData({
      files: ['./part/rows.ts'],
      async load(flags) {
        await delay(${40 - index * 5});
        const data = await Forge.load('./part/rows.ts', flags);
        if (seen.join() !== 'data,rows') throw new Error('modules were shared or lost: ' + seen);
        return data;
      },
    });`,
  'part/rows.ts': `import { Forge, fromArrays, readTensorFile } from '@forge-ml/core';
    import { setTimeout as delay } from 'node:timers/promises';
    import { seen } from '../seen.ts';
    await delay(${index});
    seen.push('rows');
    export const load = async () => {
      await delay(${index * 3});
      const tensors = await readTensorFile(new URL('../../rows-${names[index]}.safetensors', import.meta.url));
      const [offset] = new Float32Array(new Uint8Array(tensors.get('offset').bytes).buffer);
      const points = (phase) => {
        const x = Array.from({ length: 8 }, (_, row) => [Math.sin(row + phase + offset), Math.cos(row * offset)]);
        return { x, y: x.map(([a, b]) => [a - 0.5 * b]) };
      };
      const train = fromArrays(points(0)).batch(4);
      return { train, valid: fromArrays(points(0.5)).batch(4) };
    };`,
  'seen.ts': 'export const seen: string[] = [];',
});

describe('runs at once in one process', () => {
  const folder = useTemporaryFolder();

  it('are each as alone: their modules, the configs they load, the files they note, their metrics and bits', async () => {
    const flags = [...bothConfigs, '--steps', '6'];
    for (const [index, name] of names.entries()) {
      await writeToyProject(join(folder(), name), project(index));
      const offset = tensor(new Float32Array([index + 1]), [1]);
      await writeTensorFile(join(folder(), `rows-${name}.safetensors`), new Map([['offset', offset]]));
    }
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    try {
      const run = async (name: string) => (await train(join(folder(), name), flags)).run;
      const twice = [...names, ...names];
      const together = await Promise.all(twice.map(run));
      for (const [index, name] of twice.entries()) {
        const alone = await essenceOf(await run(name), 6);
        expect(await essenceOf(together[index]!, 6)).to.deep.equal(alone);
        const { missing } = JSON.parse(await readFile(join(together[index]!, 'code.json'), 'utf8')) as {
          missing: { name: string }[];
        };
        const file = `rows-${name}.safetensors`;
        expect(missing.map((entry) => entry.name).sort()).to.deep.equal([`../${file}`, join(folder(), file)]);
      }
    } finally {
      process.off('warning', onWarning);
    }
    expect(warnings.map(({ message }) => message)).to.deep.equal([]);
  });
});
