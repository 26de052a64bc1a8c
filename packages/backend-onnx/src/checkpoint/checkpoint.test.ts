import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, elements, ForgeLibrary, isForgeError, readTensorFile, tensor } from '@forge-ml/core';
import { writeFiles } from '@forge-ml/core/testing';
import type { ValueInfoProto } from '@forge-ml/onnx/proto';
import { decode, encode, modelProto } from '@forge-ml/onnx/proto';
import { expect } from 'chai';
import { onnxExporter } from './exporters.js';
import { onnxPredictor } from './predictor.js';

const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');

const data = `import { defineData, flag, fromArrays } from '@forge-ml/core';
export default defineData({
  flags: { wave: flag.float(0.37, 'Which data.') },
  load({ wave }) {
    const images = Array.from({ length: 24 }, (_, n) =>
      Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => [Math.sin(wave * (n + y * 3 + x * 5))])));
    const labels = Int32Array.from({ length: 24 }, (_, n) => n % 3);
    return { train: fromArrays({ images, labels }).batch(8), valid: fromArrays({ images, labels }).batch(8) };
  },
});`;

/** Convolution, batch norm, dropout and a scalar parameter; two outputs. Without its predict, the loss alone. */
const model = `import {
  adam, batchNorm, channelsFirst, constantly, conv2d, dense, dropout, flatten, makeLayer, ops, sequential,
  softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import { defineModel, flag } from '@forge-ml/core';
export default defineModel({
  flags: { predicts: flag.boolean(true, ''), clash: flag.boolean(false, '') },
  load({ predicts, clash }) {
    const scale = makeLayer('scale', {}, (x, context) => ops.mul(x, context.parameter('by', [], constantly(0.5))));
    const net = sequential(
      channelsFirst(), conv2d(4, 3, { activation: 'relu' }), batchNorm(), flatten(), dropout(0.3), scale, dense(3),
    );
    const predict = ({ images }, context) => {
      const logits = net(images, context);
      return clash ? { images: logits } : { logits, probabilities: ops.softmax(logits, 1) };
    };
    const model = {
      loss: (batch, outputs, context) => softmaxCrossEntropy(outputs?.logits ?? net(batch.images, context), batch.labels),
      optimizer: adam(0.01),
      artefacts: { net },
    };
    return predicts ? { ...model, predict } : model;
  },
});`;

describe('the inference graph in a checkpoint', () => {
  let folder: string;
  let run: string;
  let checkpoint: string;
  let expected: Batch;
  const images = tensor(
    Float32Array.from({ length: 5 * 64 }, (_, at) => Math.cos(at * 0.21)),
    [5, 8, 8, 1],
  );
  const library = (...argv: string[]) => new ForgeLibrary({ directory: folder, argv, warn: () => {} });
  const train = async (model: string, ...argv: string[]) => {
    const configs = ['--backend', 'onnx', '--engine', 'cpu', '--data-config', 'data.ts', '--model-config', model];
    const forge = library(...configs, '--steps', '4', ...argv);
    const experiment = await forge.config();
    try {
      return (await forge.train(experiment)).run;
    } finally {
      await experiment.engine.dispose();
    }
  };
  const failure = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => expect.fail('should have failed'),
      (thrown: unknown) => thrown,
    );
    if (!isForgeError(error)) throw error;
    return error;
  };

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'forge-onnx-')));
    await writeFiles(folder, { 'data.ts': data, 'model.ts': model });
    run = await train('model.ts', '--run-name', 'net');
    checkpoint = join(run, 'checkpoints', '4');
    const loaded = await library().loadFromCheckpoint(run);
    await loaded.restore();
    expected = await loaded.session.predict({ images });
    await loaded.dispose();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Runs ONNX Runtime by default options; if `exactly`, as a session does, without prepacked weights. */
  async function runInNode(source: string | Uint8Array, exactly: boolean): Promise<Record<string, Float32Array>> {
    const options = exactly
      ? { graphOptimizationLevel: 'extended' as const, extra: { session: { disable_prepacking: '1' } } }
      : {};
    const session = await ort.InferenceSession.create(source as string, options);
    const feed = new ort.Tensor('float32', elements({ ...images, dtype: 'float32' }), images.shape);
    const outputs = await session.run({ images: feed });
    await session.release();
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
  }

  it('is in opset 21, names its inputs and outputs, and accepts batches of any size', async () => {
    const { opsetImport, graph } = decode(modelProto, await readFile(join(checkpoint, 'model.onnx')));
    expect(opsetImport.map(({ domain, version }) => [domain, Number(version)])).to.deep.equal([['', 21]]);
    const shapes = (values: readonly ValueInfoProto[]) =>
      values.map(({ name, type }) => {
        const dims = type!.tensorType!.shape!.dim.map(({ dimParam, dimValue }) => dimParam || Number(dimValue));
        return [name, ...dims];
      });
    expect(shapes(graph!.input)).to.deep.equal([['images', 'batch', 8, 8, 1]]);
    expect(shapes(graph!.output)).to.deep.equal([
      ['logits', 'batch', 3],
      ['probabilities', 'batch', 3],
    ]);
  });

  it('has no weights in it: each is the bytes of the parameter of its name in the safetensors file', async () => {
    const { graph } = decode(modelProto, await readFile(join(checkpoint, 'model.onnx')));
    const bytes = await readFile(join(checkpoint, 'parameters.safetensors'));
    const tensors = await readTensorFile(join(checkpoint, 'parameters.safetensors'));
    const weights = graph!.initializer.filter(({ dataLocation }) => dataLocation === 1);
    expect(weights.map(({ name }) => name)).to.have.members([...tensors.keys()]);
    for (const { name, rawData, externalData } of weights) {
      const { location, offset, length } = Object.fromEntries(externalData.map(({ key, value }) => [key, value]));
      expect([rawData?.length ?? 0, location]).to.deep.equal([0, 'parameters.safetensors']);
      const there = bytes.subarray(Number(offset), Number(offset) + Number(length));
      expect(Buffer.compare(there, tensors.get(name)!.bytes), name).to.equal(0);
    }
  });

  it('predicts in ONNX Runtime for Node, in place, what the session predicts', async () => {
    for (const exactly of [true, false]) {
      const outputs = await runInNode(join(checkpoint, 'model.onnx'), exactly);
      for (const name of ['logits', 'probabilities']) {
        const wanted = elements({ ...expected[name]!, dtype: 'float32' });
        if (exactly) expect(outputs[name]).to.deep.equal(wanted);
        else wanted.forEach((value, at) => void expect(outputs[name]![at]).to.be.closeTo(value, 1e-5));
      }
    }
  });

  it('predicts the same bits without code', async () => {
    const elsewhere = join(folder, 'moved');
    await cp(run, elsewhere, { recursive: true });
    await rm(join(elsewhere, 'code'), { recursive: true });
    const predictor = await library().openPredictor(elsewhere);
    expect(await predictor.predict({ images })).to.deep.equal(expected);
    const error = await failure(Promise.resolve(predictor.predict({ pixels: images })));
    expect([error.code, error.about]).to.deep.equal(['DATA_INVALID', 'images']);
    await predictor.dispose();
  });

  it('is exported as one file, and as a folder', async () => {
    const one = join(folder, 'one.onnx');
    await library().exportCheckpoint(run, { out: one });
    const inside = await runInNode(new Uint8Array(await readFile(one)), false);
    expect(inside).to.deep.equal(await runInNode(join(checkpoint, 'model.onnx'), false));
    const all = join(folder, 'all');
    await library().exportCheckpoint(run, { out: all, format: 'onnx-folder' });
    expect((await readdir(all)).sort()).to.deep.equal(['model.onnx', 'parameters.safetensors']);
    expect(await runInNode(join(all, 'model.onnx'), false)).to.deep.equal(inside);
  });

  it('is stored, with its weights, in a run that lists it; other parameter files are reported as missing', async () => {
    await library().exportCheckpoint(run, { out: join(folder, 'pretrained'), format: 'onnx-folder' });
    await cp(join(checkpoint, 'parameters.safetensors'), join(folder, 'start.safetensors'));
    await writeFiles(folder, {
      'tuned.ts': `import { adam, fromOnnx, loadParameters, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
        export default {
          flags: {},
          files: ['./pretrained/model.onnx'],
          async load() {
            if (!import.meta.url.includes('/code/')) await loadParameters(new URL('./start.safetensors', import.meta.url));
            return fromOnnx(new URL('./pretrained/model.onnx', import.meta.url), {
              outputs: 'logits', optimizer: adam(0.01), loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels),
            });
          },
        };`,
    });
    const tuned = await train('tuned.ts', '--run-name', 'tuned');
    const { files, missing } = JSON.parse(await readFile(join(tuned, 'code.json'), 'utf8'));
    expect(files.map(({ path }: { path: string }) => path)).to.include('pretrained/parameters.safetensors');
    expect(missing.map(({ name }: { name: string }) => name)).to.deep.equal(['start.safetensors']);
    await rm(join(folder, 'pretrained'), { recursive: true });
    const loaded = await library().loadFromCheckpoint(tuned, undefined, { data: false });
    await loaded.restore();
    await loaded.dispose();
  });

  it('is missing for a model without predict, and errors say so', async () => {
    const silent = await train('model.ts', '--run-name', 'silent', '--no-predicts');
    expect(await readdir(join(silent, 'checkpoints', '4'))).to.not.include('model.onnx');
    const out = join(folder, 'silent.onnx');
    for (const work of [() => library().exportCheckpoint(silent, { out }), () => library().openPredictor(silent)]) {
      const error = await failure(work());
      expect([error.code, error.about]).to.deep.equal(['ABILITY_MISSING', 'model.onnx']);
    }
    await library().exportCheckpoint(silent, { out: join(folder, 'silent.safetensors') });
  });

  it('is rejected before the first step if names clash', async () => {
    const error = await failure(train('model.ts', '--run-name', 'clash', '--clash'));
    expect([error.code, error.message]).to.deep.equal([
      'MODEL_INVALID',
      '"images" is the name of one input and one output.',
    ]);
  });

  it('reads no weights from outside of its folder', async () => {
    const forged = join(folder, 'forged');
    await cp(checkpoint, join(forged, 'inner'), { recursive: true });
    await cp(join(checkpoint, 'parameters.safetensors'), join(forged, 'parameters.safetensors'));
    const path = join(forged, 'inner', 'model.onnx');
    const { graph, ...rest } = decode(modelProto, await readFile(path));
    const initializer = graph!.initializer.map((weight) => ({
      ...weight,
      externalData: weight.externalData.map(({ key, value }) => {
        return { key, value: key === 'location' ? `../${value}` : value };
      }),
    }));
    await writeFile(path, encode(modelProto, { ...rest, graph: { ...graph!, initializer } }));
    const request = { checkpointFolder: join(forged, 'inner'), runFolder: forged, out: join(forged, 'out.onnx') };
    for (const work of [() => onnxExporter.export(request), () => onnxPredictor.open({ ...request, searchFrom: [] })]) {
      expect((await failure(work())).message).to.include('which is not a file in the model');
    }
  });

  it("is accepted by ONNX's checker, and predicts the same in Python", async function () {
    const python = process.env.FORGE_ONNX_PYTHON;
    if (python === undefined) {
      console.log('      skipped: FORGE_ONNX_PYTHON names no Python with onnx, onnxruntime, numpy and safetensors');
      return this.skip();
    }
    const script = `
import json, sys, numpy, onnx, onnxruntime
from safetensors.numpy import load_file
path, images = sys.argv[1] + '/model.onnx', numpy.array(json.loads(sys.argv[2]), numpy.float32).reshape(5, 8, 8, 1)
onnx.checker.check_model(path, full_check=True)
session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
logits, probabilities = session.run(['logits', 'probabilities'], {'images': images})
names = sorted(load_file(sys.argv[1] + '/parameters.safetensors'))
print(json.dumps({'logits': logits.ravel().tolist(), 'probabilities': probabilities.ravel().tolist(), 'names': names}))
`;
    const numbers = JSON.stringify([...elements(images)].map(Number));
    const { status, stdout, stderr } = spawnSync(python, ['-c', script, checkpoint, numbers], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    const printed = JSON.parse(stdout) as Record<'logits' | 'probabilities', number[]> & { names: string[] };
    const parameters = await readTensorFile(join(checkpoint, 'parameters.safetensors'));
    expect(printed.names).to.deep.equal([...parameters.keys()].sort());
    for (const name of ['logits', 'probabilities'] as const) {
      const wanted = [...elements(expected[name]!)].map(Number);
      wanted.forEach((value, at) => void expect(printed[name][at]).to.be.closeTo(value, 1e-5));
    }
  }).timeout(60_000);
}).timeout(60_000);
