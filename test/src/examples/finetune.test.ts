import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elements, ForgeLibrary, type TrainSession, tensor } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';

const images = tensor(
  Float32Array.from({ length: 3 * 784 }, (_, at) => Math.sin(at) ** 2),
  [3, 28, 28, 1],
);

async function predictions(session: TrainSession): Promise<number[]> {
  const { output } = await session.predict({ images });
  return [...(elements(output!) as Float32Array)];
}

describe('examples: finetune', function () {
  this.timeout(60_000);

  it('learns new digits from few examples; the run loads without the project, from its own copy of model.onnx', () =>
    inTemporaryFolder(async (folder) => {
      const project = join(folder, 'project');
      await mkdir(project);
      for (const name of ['digits', 'finetune']) await cp(examplePath(name), join(project, name), { recursive: true });
      await writeFile(join(project, 'package.json'), '{ "type": "module" }');
      const results = join(folder, 'results');
      const configs = ['--data-config', 'finetune/data.ts', '--model-config', 'finetune/model.onnx.ts'];
      const sizes = ['--train-size', '100', '--valid-size', '300', '--epochs', '12'];
      const argv = ['--backend', 'onnx', '--engine', 'cpu', '--results-dir', results, ...configs, ...sizes];
      const library = new ForgeLibrary({ directory: project, argv });
      const trained = await library.train(await library.config());
      expect(trained.metrics.valid!.accuracy).to.be.greaterThan(0.8);
      await rm(project, { recursive: true });

      const loaded = await new ForgeLibrary({ directory: folder }).loadFromCheckpoint(join(results, 'finetune', '1'));
      const untrained = await predictions(loaded.session);
      await loaded.restore();
      const restored = await predictions(loaded.session);
      expect(restored).to.have.length(15);
      expect(restored).to.not.deep.equal(untrained);
      const parameters = loaded.session.parameters.map(({ name, trainable }) => `${name} ${trainable}`);
      expect(parameters).to.deep.equal([
        ...['trunk.0.weight', 'trunk.1.weight', 'trunk.1.bias'].map((name) => `${name} false`),
        ...['trunk.1.running_mean', 'trunk.1.running_var'].map((name) => `${name} false`),
        ...['trunk.4.weight', 'trunk.5.weight', 'trunk.5.bias'].map((name) => `${name} false`),
        ...['trunk.5.running_mean', 'trunk.5.running_var'].map((name) => `${name} false`),
        ...['hidden.weight', 'hidden.bias', 'head/dense_1/kernel', 'head/dense_1/bias'].map((name) => `${name} true`),
      ]);
      await loaded.dispose();
    }));

  it('has a model file small enough for the repository', async () => {
    expect((await readFile(examplePath('finetune/model.onnx'))).length).to.be.lessThan(300_000);
  });
});
