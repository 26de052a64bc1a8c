import { join } from 'node:path';
import { Forge } from '@forge-ml/core';
import { images } from '@forge-ml/data';
import { expect } from 'chai';
import { loadExample } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

describe('examples: image-folder', function () {
  this.timeout(120_000);

  for (const backend of ['tfjs', 'onnx'] as const) {
    it(`on ${backend}: learns the classes of a folder, and names the class of an image file`, () =>
      inTemporaryFolder(async (folder) => {
        const { drawShapes } = await loadExample<{ drawShapes(folder: string, count: number): void }>(
          'image-folder/draw-shapes.ts',
        );
        const shapes = join(folder, 'shapes');
        drawShapes(shapes, 40);
        const results = join(folder, 'results');
        const { metrics } = await trainExample('image-folder', backend, results, '--folder', shapes, '--epochs', '15');
        expect(metrics.valid!.accuracy).to.be.greaterThan(0.7);

        await using run = await Forge.loadFromCheckpoint(join(results, 'image-folder/1'), { data: false });
        const [names, right] = [[] as unknown[], [] as boolean[]];
        for await (const { image, label } of images(shapes, { channels: 1 }).epoch(0)) {
          const [{ label: found, output }] = (await run.predictRows([{ image }])) as [Record<string, object | string>];
          names.push(...Object.keys(output as object));
          right.push(found === label);
        }
        expect(new Set(names)).to.deep.equal(new Set(['cross', 'disk', 'ring']));
        expect(right.filter(Boolean).length).to.be.greaterThan(0.7 * right.length);
      }));
  }
});
