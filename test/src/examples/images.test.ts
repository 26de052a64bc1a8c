import { join } from 'node:path';
import { Forge } from '@forge-ml/core';
import { images } from '@forge-ml/data';
import { expect } from 'chai';
import { loadExample } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

describe('examples: images', function () {
  this.timeout(180_000);

  it('learns classes that the network was not trained on by a new last layer', () =>
    inTemporaryFolder(async (folder) => {
      const { drawShapes } = await loadExample<{ drawShapes(folder: string, count: number): void }>(
        'image-folder/draw-shapes.ts',
      );
      const shapes = join(folder, 'shapes');
      drawShapes(shapes, 60);
      const results = join(folder, 'results');
      const { metrics } = await trainExample('images', 'onnx', results, '--folder', shapes, '--epochs', '10');
      expect(metrics.valid!.accuracy).to.be.at.least(0.9);

      await using run = await Forge.loadFromCheckpoint(join(results, 'images/1'), { data: false });
      const trained = run.session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
      expect(trained).to.deep.equal(['head/dense_1/kernel', 'head/dense_1/bias']);
      const right: boolean[] = [];
      for await (const { image, label } of images(shapes).epoch(0)) {
        const [{ label: found }] = (await run.predictRows([{ image }])) as [Record<string, string>];
        right.push(found === label);
      }
      expect(right.filter(Boolean).length).to.be.at.least(0.9 * right.length);
    }));
});
