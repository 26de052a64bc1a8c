import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTensorFile } from '@forge-ml/core/node';
import { adam, type Batch, type Engine, elements, tensor } from '@forge-ml/core/plugin';
import { readModel } from '@forge-ml/onnx';
import { walk } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { fromOnnx } from '../finetune/from-onnx.js';
import { forms, integerModel } from '../finetune/lora/integer-models.test.support.js';
import { modelOf } from '../finetune/model-file.test.support.js';
import { meanSquaredError } from '../layers/losses.js';
import { startCpu } from '../session/models.test.support.js';
import { onnxExporter } from './exporters.js';
import { tensorPlaces } from './tensor-places.js';

const { InferenceSession, Tensor } = createRequire(import.meta.url)(
  'onnxruntime-node',
) as typeof import('onnxruntime-node');

const noise = (seed: number, size: number, shape: readonly number[]) => {
  const length = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length }, (_, at) => size * Math.sin((at + 1) ** 2 * seed)),
    shape,
  );
};

describe('merging adapters into products of whole numbers', () => {
  let engine: Engine;
  let folder: string;
  before(async () => {
    engine = await startCpu();
    folder = await mkdtemp(join(tmpdir(), 'forge-merge-integers-'));
  });
  after(async () => {
    await engine.dispose();
    await rm(folder, { recursive: true });
  });

  async function run(path: string, { x }: Batch): Promise<readonly number[]> {
    const session = await InferenceSession.create(path, { logSeverityLevel: 4 });
    const feed = new Tensor('float32', elements(x!) as Float32Array, [...x!.shape]);
    const { y } = await session.run({ x: feed });
    await session.release();
    return [...(y!.data as Float32Array)];
  }

  for (const [name, { isConv }] of Object.entries(forms)) {
    it(`keeps the form, and computes what the adapters do: ${name}`, async () => {
      const base = join(folder, 'base.onnx');
      await writeFile(base, modelOf(integerModel(name)));
      const batch: Batch = isConv
        ? { x: noise(0.9, 1, [5, 3, 6]), t: noise(0.4, 3, [5, 2, 6]) }
        : { x: noise(0.9, 1, [5, 8]), t: noise(0.4, 3, [5, 4]) };
      const load = () =>
        fromOnnx(base, {
          lora: { rank: 2, targets: '*' },
          loss: ({ t }, y) => meanSquaredError(y, t!),
          optimizer: adam(0.03),
        });
      const session = await engine.build({ load, sample: batch, seed: 1 });
      const losses: number[] = [];
      for (let step = 0; step < 30; step++) losses.push((await session.step(batch, { step, metrics: true }))!.loss!);
      expect(losses.at(-1)).to.be.below(losses[0]! * 0.9);
      const checkpointFolder = await mkdtemp(join(folder, 'checkpoint-'));
      const weights = join(checkpointFolder, 'parameters.safetensors');
      await writeTensorFile(weights, (await session.capture()).parameters);
      const places = await tensorPlaces(weights);
      for (const [file, bytes] of await session.checkpointFiles!({ name: 'parameters.safetensors', places })) {
        await writeFile(join(checkpointFolder, file), bytes);
      }
      await session.dispose();

      const [merged, unmerged] = ['merged', 'unmerged'].map((file) => join(checkpointFolder, `${file}.onnx`)) as [
        string,
        string,
      ];
      const request = { checkpointFolder, runFolder: folder };
      const notes: string[] = [];
      const onNote = (note: string) => void notes.push(note);
      await onnxExporter.export({ ...request, out: merged, merge: true, onNote });
      await onnxExporter.export({ ...request, out: unmerged, merge: false });
      const [before, apart, within] = [await run(base, batch), await run(unmerged, batch), await run(merged, batch)];
      const distance = (a: readonly number[], b: readonly number[]) =>
        Math.sqrt(a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0));
      // With the change of the adapters lost it would be 1.
      expect(distance(apart, within) / distance(apart, before)).to.be.below(0.1);
      expect(notes).to.have.length(1);
      expect(notes[0]).to.match(/^Merging quantized 2 weights again/);

      const operators = async (path: string) =>
        walk((await readModel(path)).outputs.values())
          .nodes.map(({ op }) => op)
          .sort();
      expect(await operators(merged)).to.deep.equal(await operators(base));
    });
  }
});
