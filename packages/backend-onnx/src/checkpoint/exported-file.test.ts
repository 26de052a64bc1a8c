import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForgeLibrary } from '@forge-ml/core';
import { elements, isForgeError, tensor } from '@forge-ml/core/plugin';
import { writeFiles } from '@forge-ml/core/testing';
import { int } from '@forge-ml/onnx/graph';
import { decode, encode, modelProto, stringStringEntryProto } from '@forge-ml/onnx/proto';
import { expect } from 'chai';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { float32, modelOf, nodeOf } from '../finetune/model-file.test.support.js';

const weights = (seed: number, ...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin((at + 1) * seed)),
    shape,
  );

/** pixels [n, time, 4] to scores [n, time, 3], features and the likeliest class; not used: extra. */
const file = modelOf({
  inputs: { pixels: float32('n', 'time', 4), extra: float32('n') },
  initializers: { 'body.weight': weights(0.7, 4, 8), 'head.weight': weights(0.3, 8, 3) },
  nodes: [
    nodeOf('MatMul', ['pixels', 'body.weight'], ['hidden']),
    nodeOf('Relu', ['hidden'], ['features']),
    nodeOf('MatMul', ['features', 'head.weight'], ['scores']),
    nodeOf('ArgMax', ['scores'], ['best'], { axis: int(-1), keepdims: int(0) }),
    nodeOf('ReduceMean', ['scores'], ['mean'], { keepdims: int(0) }),
  ],
  outputs: ['scores', 'best', 'mean'],
});

/** With texts and metadata. */
function documented(): Uint8Array {
  const model = decode(modelProto, file);
  const graph = model.graph!;
  const metadataProps = [
    ['author', 'Ärger'],
    ['naïve', 'ß'],
  ].map(([key, value]) => stringStringEntryProto.of({ key: key!, value: value! }));
  return encode(modelProto, {
    ...model,
    docString: 'What it is for.',
    domain: 'org.example',
    modelVersion: 7n,
    metadataProps,
    graph: {
      ...graph,
      name: 'main',
      docString: 'How it works.',
      input: graph.input.map((one) => ({ ...one, docString: `The ${one.name}.` })),
    },
  });
}

const data = `import { defineData, fromArrays } from '@forge-ml/core';
export default defineData({
  flags: {},
  load() {
    const images = Array.from({ length: 8 }, (_, n) => Array.from({ length: 5 }, (_, t) => [n, t, n * t, 1].map(Math.sin)));
    const targets = Array.from({ length: 8 }, (_, n) => Array.from({ length: 5 }, (_, t) => [n, t, 1].map(Math.cos)));
    return { train: fromArrays({ images, targets }).batch(4) };
  },
});`;
const config = (
  options: string,
) => `import { dense, fromOnnx, meanSquaredError, ops, sgd } from '@forge-ml/backend-onnx';
const layer = dense(3);
export default { flags: {}, files: ['./model.onnx'], load: () => fromOnnx(new URL('./model.onnx', import.meta.url), {
  inputs: { pixels: 'images' }, optimizer: sgd(0.1), ${options}
}) };`;

describe('the export of a fine-tuned file', () => {
  let folder: string;
  const x = tensor(
    Float32Array.from({ length: 24 }, (_, at) => Math.cos(at)),
    [2, 3, 4],
  );
  const library = (...argv: string[]) => new ForgeLibrary({ directory: folder, argv, warn: () => {} });

  async function trained(name: string, options: string): Promise<string> {
    await writeFiles(folder, { [`${name}.ts`]: config(options) });
    const configs = [
      '--backend',
      'onnx',
      '--engine',
      'cpu',
      '--data-config',
      'data.ts',
      '--model-config',
      `${name}.ts`,
    ];
    const forge = library(...configs, '--steps', '3', '--run-name', name);
    const experiment = await forge.config();
    try {
      return (await forge.train(experiment)).run;
    } finally {
      await experiment.engine.dispose();
    }
  }

  async function exported(run: string, opset?: number): Promise<Uint8Array> {
    const out = join(folder, 'out.onnx');
    await library().exportCheckpoint(run, { out, force: true, ...(opset === undefined ? {} : { opset }) });
    return new Uint8Array(await readFile(out));
  }

  async function outputsOf(
    model: Uint8Array | string,
    feeds: Record<string, Tensor>,
  ): Promise<Record<string, number[]>> {
    const session = await InferenceSession.create(model as string);
    const results = await session.run(feeds);
    await session.release();
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array, Number)]),
    );
  }

  const pixels = new Tensor('float32', elements({ ...x, dtype: 'float32' }), x.shape);
  const namesOf = (model: Uint8Array) => {
    const { graph } = decode(modelProto, model);
    return [graph!.input.map(({ name }) => name), graph!.output.map(({ name }) => name)];
  };

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'forge-onnx-')));
    await writeFiles(folder, { 'data.ts': data });
    await writeFile(join(folder, 'model.onnx'), documented());
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('takes the place of the file: inputs, outputs, axes, names of values, texts and metadata', async () => {
    const run = await trained('whole', 'loss: ({ targets }, { scores }) => meanSquaredError(scores, targets)');
    expect(await readdir(join(run, 'checkpoints', '3'))).to.include.members(['model.onnx', 'export.onnx']);
    const bytes = await exported(run);
    expect(namesOf(bytes)).to.deep.equal(namesOf(file));
    const model = decode(modelProto, bytes);
    const graph = model.graph!;
    const dims = graph.input[0]!.type!.tensorType!.shape!.dim;
    expect(dims.map(({ dimParam, dimValue }) => dimParam || Number(dimValue))).to.deep.equal(['n', 'time', 4]);
    expect(graph.node.flatMap(({ output }) => output)).to.include.members(['hidden', 'features']);
    expect(model.metadataProps.map(({ key, value }) => `${key}: ${value}`)).to.deep.equal([
      'author: Ärger',
      'naïve: ß',
    ]);
    expect([model.docString, model.domain, model.modelVersion]).to.deep.equal(['What it is for.', 'org.example', 7n]);
    expect([graph.name, graph.docString, graph.input[0]!.docString]).to.deep.equal([
      'main',
      'How it works.',
      'The pixels.',
    ]);
    // The trained weights: as the session predicts, by the names of the data.
    const loaded = await library().loadFromCheckpoint(run);
    await loaded.restore();
    const { scores } = await loaded.session.predict({ images: x });
    await loaded.dispose();
    const results = await outputsOf(bytes, { pixels, extra: new Tensor('float32', [1, 2], [2]) });
    results.scores!.forEach((value, at) => {
      expect(value).to.be.closeTo(Number(elements(scores!)[at]), 1e-5);
    });
  });

  it('of a cut file has the outputs that need no other weights, and the values it is cut at', async () => {
    const options = "outputs: 'scores', loss: ({ targets }, scores) => meanSquaredError(scores, targets)";
    expect(namesOf(await exported(await trained('scores', options)))).to.deep.equal(namesOf(file));
    const features = "outputs: 'features', loss: (_batch, y) => ops.reduceMean(y, undefined, { keepdims: false })";
    expect(namesOf(await exported(await trained('features', features)))).to.deep.equal([['pixels'], ['features']]);
  });

  it('of a new head has its output', async () => {
    const options = `outputs: 'features', head: (y, context) => layer(y, context),
      loss: ({ targets }, y) => meanSquaredError(y, targets)`;
    const run = await trained('head', options);
    expect(namesOf(await exported(run))).to.deep.equal([['pixels'], ['output']]);
  });

  it('is written in another opset on request', async () => {
    const run = await trained('opset', 'loss: ({ targets }, { scores }) => meanSquaredError(scores, targets)');
    const feeds = { pixels, extra: new Tensor('float32', [1, 2], [2]) };
    const expected = await outputsOf(await exported(run), feeds);
    const bytes = await exported(run, 13);
    const { opsetImport, irVersion, metadataProps } = decode(modelProto, bytes);
    expect([opsetImport[0]!.version, irVersion, metadataProps.length]).to.deep.equal([13n, 7n, 2]);
    expect(await outputsOf(bytes, feeds)).to.deep.equal(expected);
    const all = join(folder, 'all');
    await library().exportCheckpoint(run, { out: all, format: 'onnx-folder', opset: 13 });
    const inFolder = decode(modelProto, await readFile(join(all, 'model.onnx')));
    expect(inFolder.opsetImport[0]!.version).to.equal(13n);
    expect(await outputsOf(join(all, 'model.onnx'), feeds)).to.deep.equal(expected);
    expect((await stat(join(all, 'model.onnx'))).size).to.be.below(bytes.length);
    if ((await readdir(all)).includes('predict.onnx')) {
      const own = decode(modelProto, await readFile(join(all, 'predict.onnx')));
      expect(own.opsetImport[0]!.version).to.equal(13n);
    }
    const error = await library()
      .exportCheckpoint(run, { out: join(folder, 'x.safetensors'), opset: 13 })
      .catch((reason: unknown) => reason);
    if (!isForgeError(error)) throw error;
    expect([error.code, error.message]).to.deep.equal(['USAGE', 'The format safetensors has no opset to choose.']);
  });
}).timeout(60_000);
