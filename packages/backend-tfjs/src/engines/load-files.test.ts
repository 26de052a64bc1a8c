import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isForgeError } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { wasmTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';

describe('models in files, on an embedded engine', () => {
  let tf: Tf;
  let folder: string;
  before(async () => {
    tf = await wasmTf();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-model-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are loaded as they were saved', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [3] }), tf.layers.dense({ units: 1 })],
    });
    await model.save({
      save: async ({ modelTopology, weightSpecs, weightData }) => {
        const bytes = Buffer.from(weightData as ArrayBuffer);
        const half = Math.floor(bytes.length / 2);
        await writeFile(join(folder, 'a.bin'), bytes.subarray(0, half));
        await writeFile(join(folder, 'b.bin'), bytes.subarray(half));
        const weightsManifest = [{ paths: ['a.bin', 'b.bin'], weights: weightSpecs }];
        await writeFile(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest }));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      },
    });
    const loaded = await tf.loadLayersModel(pathToFileURL(join(folder, 'model.json')).href);
    const valuesOf = (of: typeof loaded) => of.getWeights().map((weight) => [...weight.dataSync()]);
    expect(valuesOf(loaded)).to.deep.equal(valuesOf(model));
    loaded.dispose();
    model.dispose();
  });

  it('are named in the error if they are missing', async () => {
    const file = join(folder, 'model.json');
    const error = await tf.loadLayersModel(pathToFileURL(file).href).catch((reason: unknown) => reason);
    if (!isForgeError(error)) throw error;
    expect(error).to.include({ code: 'DATA_UNAVAILABLE', about: file });
    expect(error.message).to.include('ENOENT');
  });
});
