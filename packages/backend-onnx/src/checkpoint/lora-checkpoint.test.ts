import { cp, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, elements, ForgeLibrary, isForgeError, readTensorFile } from '@forge-ml/core';
import { writeFiles } from '@forge-ml/core/testing';
import { decode, modelProto } from '@forge-ml/onnx/proto';
import { expect } from 'chai';
import { adapters, batch, parts, waves } from '../finetune/lora/lora-models.test.support.js';
import { modelOf } from '../finetune/model-file.test.support.js';

const { InferenceSession, Tensor } = createRequire(import.meta.url)(
  'onnxruntime-node',
) as typeof import('onnxruntime-node');

const data = `import { defineData, fromArrays, tensor } from '@forge-ml/core';
export default defineData({
  flags: {},
  load() {
    const count = 6;
    const arrays = {
      ids: tensor(BigInt64Array.from({ length: count * 4 }, (_, at) => BigInt((at * 3) % 10)), [count, 4]),
      images: tensor(Float32Array.from({ length: count * 50 }, (_, at) => Math.sin(at * 0.7)), [count, 2, 5, 5]),
      y: tensor(Float32Array.from({ length: count * 10 }, (_, at) => Math.sin(at * 0.3)), [count, 10]),
    };
    return { train: fromArrays(arrays).batch(3) };
  },
});`;

const model = `import { adam, dense, fromOnnx, meanSquaredError } from '@forge-ml/backend-onnx';
import { defineModel, flag } from '@forge-ml/core';
export default defineModel({
  files: ['./base.onnx'],
  flags: { rank: flag.integer(2, 'Rank of the adapters.') },
  load: ({ rank }) => fromOnnx(new URL('./base.onnx', import.meta.url), {
    lora: { rank, alpha: 4, targets: '*', dropout: 0.1, also: 'norm.*' },
    loss: ({ y }, logits) => meanSquaredError(logits, y),
    optimizer: adam(0.01),
  }),
});`;

describe('a checkpoint of adapters', () => {
  let folder: string;
  let run: string;
  let expected: Batch;
  const inputs = { ids: batch.ids, images: batch.images };

  const library = (...argv: string[]) => new ForgeLibrary({ directory: folder, argv, warn: () => {} });
  const train = async (...argv: string[]) => {
    const configs = ['--backend', 'onnx', '--engine', 'cpu', '--data-config', 'data.ts', '--model-config', 'model.ts'];
    const forge = library(...(argv[0] === '--resume' ? [] : configs), ...argv);
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
  const runInNode = async (path: string) => {
    const session = await InferenceSession.create(path);
    const feeds = Object.entries(inputs).map(([name, { dtype, shape, bytes }]) => {
      return [name, new Tensor(dtype as 'float32', elements({ dtype, shape, bytes }) as Float32Array, [...shape])];
    });
    const [output] = Object.values(await session.run(Object.fromEntries(feeds)));
    await session.release();
    return [...(output!.data as Float32Array)];
  };
  const wanted = () => [...(elements(Object.values(expected)[0]!) as Float32Array)];
  const expectClose = (actual: readonly number[], tolerance = 1e-5) => {
    expect(actual).to.have.length(wanted().length);
    for (const [at, value] of wanted().entries()) expect(actual[at]).to.be.closeTo(value, tolerance);
  };

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'forge-lora-')));
    await writeFiles(folder, { 'data.ts': data, 'model.ts': model });
    await writeFile(join(folder, 'base.onnx'), modelOf(parts));
    run = await train('--run-name', 'net', '--steps', '6', '--save-every', '3');
    const loaded = await library().loadFromCheckpoint(run);
    await loaded.restore();
    expected = await loaded.session.predict(inputs);
    await loaded.dispose();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has adapters and what is trained with them, and no weight of the base', async () => {
    const checkpoint = join(run, 'checkpoints', '6');
    expect(await readdir(checkpoint)).not.to.include('model.onnx');
    const parameters = await readTensorFile(join(checkpoint, 'parameters.safetensors'));
    expect([...parameters.keys()].sort()).to.deep.equal(
      [...adapters.keys(), 'norm.scale', 'base/base.onnx.sha256'].sort(),
    );
  });

  it('is resumed with the bits of a run that never stopped', async () => {
    const short = await train('--run-name', 'short', '--steps', '3', '--save-every', '3');
    await train('--resume', short, '--override', '--steps', '6');
    for (const file of ['parameters.safetensors', 'state.safetensors']) {
      const [one, other] = await Promise.all(
        [run, short].map((path) => readFile(join(path, 'checkpoints', '6', file)).catch(() => undefined)),
      );
      expect(one).to.deep.equal(other);
    }
  });

  it('predicts the same bits without code and without the project', async () => {
    const elsewhere = join(await mkdtemp(join(folder, 'moved-')), 'run');
    await cp(run, elsewhere, { recursive: true });
    await rm(join(folder, 'base.onnx'));
    try {
      const predictor = await library().openPredictor(elsewhere);
      expect(await predictor.predict(inputs)).to.deep.equal(expected);
      await predictor.dispose();
      const loaded = await library().loadFromCheckpoint(elsewhere);
      await loaded.restore();
      expect(await loaded.session.predict(inputs)).to.deep.equal(expected);
      await loaded.dispose();
    } finally {
      await writeFile(join(folder, 'base.onnx'), modelOf(parts));
    }
  });

  it('is exported merged into the weights: a model without adapters', async () => {
    const out = join(folder, 'merged.onnx');
    // Weights of float32 are not rounded again.
    expect((await library().exportCheckpoint(run, { out })).notes).to.deep.equal([]);
    expectClose(await runInNode(out));
    expect((await readFile(out)).includes('lora_')).to.equal(false);
    expect((await stat(out)).size).to.be.below(modelOf(parts).length * 1.3 + 2000);
    const all = join(folder, 'merged');
    await library().exportCheckpoint(run, { out: all, format: 'onnx-folder' });
    expectClose(await runInNode(join(all, 'model.onnx')));
    const older = join(folder, 'older');
    await library().exportCheckpoint(run, { out: older, format: 'onnx-folder', opset: 17 });
    expectClose(await runInNode(join(older, 'model.onnx')));
    const { opsetImport } = decode(modelProto, await readFile(join(older, 'model.onnx')));
    expect(opsetImport[0]!.version).to.equal(17n);
  });

  it('is exported beside the weights, as inputs that have a value', async () => {
    const out = join(folder, 'unmerged.onnx');
    await library().exportCheckpoint(run, { out, merge: false });
    expectClose(await runInNode(out));
    const { graph } = decode(modelProto, await readFile(out));
    const names = [...adapters.keys()].sort();
    expect(graph!.input.map(({ name }) => name).sort()).to.deep.equal([...names, 'ids', 'images'].sort());
    expect(graph!.initializer.map(({ name }) => name)).to.include.members(names);
  });

  it('is exported alone, for PEFT and for ONNX Runtime', async () => {
    const out = join(folder, 'peft');
    await library().exportCheckpoint(run, { out, format: 'peft' });
    const tensors = await readTensorFile(join(out, 'adapter_model.safetensors'));
    const names = [...adapters.keys(), 'norm.scale'].map((name) => `base_model.model.${name}`);
    expect([...tensors.keys()].sort()).to.deep.equal(names.sort());
    const config = JSON.parse(await readFile(join(out, 'adapter_config.json'), 'utf8'));
    expect(config).to.include({ peft_type: 'LORA', r: 2, lora_alpha: 4, lora_dropout: 0.1 });
    expect(config.target_modules.sort()).to.deep.equal(['cnn', 'embed', 'layer.q_proj', 'layer.v_proj', 'out']);
    expect(config.modules_to_save).to.deep.equal(['norm']);
    const file = join(folder, 'net.onnx_adapter');
    await library().exportCheckpoint(run, { out: file, format: 'onnx-adapter' });
    expect((await readFile(file)).toString('latin1', 4, 8)).to.equal('TORT');
  });

  it('says that the base is missing, or is another one', async () => {
    const elsewhere = join(await mkdtemp(join(folder, 'without-')), 'run');
    await cp(run, elsewhere, { recursive: true });
    await rm(join(elsewhere, 'code'), { recursive: true });
    await writeFile(
      join(folder, 'base.onnx'),
      modelOf({ ...parts, initializers: { ...parts.initializers, 'out.bias': waves(0.1, 6) } }),
    );
    try {
      const error = await failure(library().exportCheckpoint(elsewhere, { out: join(folder, 'none.onnx') }));
      expect(error.code).to.equal('ABILITY_MISSING');
      expect(error.message).to.equal(
        `The base model of these adapters is not in the run, and ${join(folder, 'base.onnx')} is not it.`,
      );
    } finally {
      await writeFile(join(folder, 'base.onnx'), modelOf(parts));
    }
  });
});
