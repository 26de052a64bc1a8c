import { adam, type Batch, type Engine, elements, type TrainSession } from '@forge-ml/core/plugin';
import { readModel } from '@forge-ml/onnx';
import { scalar } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { meanSquaredError } from '../../layers/losses.js';
import type { OneLossModel } from '../../model/onnx-model.js';
import { bitsOf, bitsOfBatch, startOnDevice, startWith } from '../../session/models.test.support.js';
import { fromOnnx } from '../from-onnx.js';
import type { FromOnnxOptions } from '../from-onnx-options.js';
import { modelOf } from '../model-file.test.support.js';
import { adapters, batch, parts, waves, written } from './lora-models.test.support.js';
import type { LoraOptions } from './lora-options.js';

const file = modelOf(parts);
const options: FromOnnxOptions = {
  loss: ({ y }, logits) => meanSquaredError(logits, y!),
  optimizer: adam(0.01),
};
const everything = ['*'];
const lora = (changes: LoraOptions = {}) =>
  fromOnnx(file, { ...options, lora: { rank: 2, alpha: 4, targets: everything, ...changes } });
const inputs: Batch = { ids: batch.ids, images: batch.images };

describe('LoRA', () => {
  let engine: Engine;
  before(async () => {
    engine = await startWith('native');
  });
  after(() => engine.dispose());

  const inSession = async <T>(
    model: OneLossModel,
    work: (session: TrainSession) => Promise<T>,
    on = engine,
    seed = 1,
  ) => {
    const session = await on.build({ load: () => model, sample: batch, seed });
    try {
      return await work(session);
    } finally {
      await session.dispose();
    }
  };
  const losses = async (session: TrainSession, count: number, from = 0) => {
    const found: number[] = [];
    for (let step = from; step < from + count; step++)
      found.push((await session.step(batch, { step, metrics: true })).loss!);
    return found;
  };

  it('trains as the same model with W + scale · B·A written in its file', async () => {
    const names = [...adapters.keys()];
    const trained = await inSession(
      await fromOnnx(modelOf(written), { ...options, trainable: names }),
      async (session) => [...(await losses(session, 10)), ...numbersIn(await session.predict(inputs))],
    );
    const adapted = await inSession({ ...(await lora()), parameters: adapters }, async (session) => [
      ...(await losses(session, 10)),
      ...numbersIn(await session.predict(inputs)),
    ]);
    for (const [at, value] of adapted.entries()) expect(value).to.be.closeTo(trained[at]!, 2e-5);
    expect(trained[9]).to.be.below(trained[0]! * 0.9);
  });

  it('changes nothing before the first step, and has no state but the adapters', async () => {
    const plain = await inSession(await fromOnnx(file, options), async (session) => session.predict(inputs));
    await inSession(await lora(), async (session) => {
      const adapted = numbersIn(await session.predict(inputs));
      for (const [at, value] of numbersIn(plain).entries()) expect(adapted[at]).to.be.closeTo(value, 1e-6);
      expect(new Set(session.parameters.map(({ name }) => name))).to.deep.equal(
        new Set([...adapters.keys(), 'base/model.sha256']),
      );
      expect(session.parameters.filter(({ fingerprint }) => fingerprint).map(({ name }) => name)).to.deep.equal([
        'base/model.sha256',
      ]);
      const weights = [...(await readModel(file)).parameters.values()];
      expect(session.base).to.deep.equal({
        tensors: weights.length,
        count: weights.reduce((sum, { shape }) => sum + shape.reduce<number>((size, dim) => size * Number(dim), 1), 0),
        bytes: weights.reduce((sum, { initial }) => sum + initial.bytes.length, 0),
      });
      const { parameters, optimizer } = await session.capture();
      expect(parameters.size).to.equal(adapters.size + 1);
      expect([...optimizer.keys()].filter((name) => !name.includes('lora_'))).to.deep.equal([]);
    });
  });

  it('trains what also names, as a whole', async () => {
    await inSession(await lora({ targets: '*q_proj*', also: ['norm.*', 'out.bias'] }), async (session) => {
      const trained = session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
      expect(trained.sort()).to.deep.equal([
        'layer.q_proj.lora_A.weight',
        'layer.q_proj.lora_B.weight',
        'norm.scale',
        'out.bias',
      ]);
      const before = bitsOf(await session.capture());
      await losses(session, 1);
      const after = bitsOf(await session.capture());
      for (const name of ['norm.scale', 'out.bias', 'layer.q_proj.lora_B.weight'])
        expect(after[name]).not.to.equal(before[name]);
    });
  });

  it('adapts linear layers by default, except one that computes an output', async () => {
    const { outputs: _, ...rest } = parts;
    const headed = modelOf({ ...rest, outputs: ['features'] });
    const names = async (model: OneLossModel) =>
      inSession(model, async ({ parameters }) =>
        parameters.map(({ name }) => name).filter((name) => name.includes('lora_A')),
      );
    expect(
      await names(await fromOnnx(headed, { ...options, loss: (_, x) => meanSquaredError(x, scalar(0)), lora: {} })),
    ).to.deep.equal(['layer.q_proj.lora_A.weight', 'layer.v_proj.lora_A.weight']);
    expect(await names(await fromOnnx(file, { ...options, lora: {} }))).to.deep.equal([
      'layer.q_proj.lora_A.weight',
      'layer.v_proj.lora_A.weight',
      'out.lora_A.weight',
    ]);
  });

  for (const binding of ['native', 'package', 'a device'] as const) {
    it(`resumes with the same bits: ${binding}`, async () => {
      const own = binding === 'a device' ? await startOnDevice('Cpu') : await startWith(binding);
      try {
        const model = await lora({ dropout: 0.2, also: ['norm.*'] });
        const [all, state] = await inSession(
          model,
          async (session) => {
            await losses(session, 3);
            const captured = await session.capture();
            const rest = await losses(session, 3, 3);
            return [
              [rest, bitsOf(await session.capture()), bitsOfBatch(await session.predict(inputs))],
              captured,
            ] as const;
          },
          own,
        );
        const again = await inSession(
          model,
          async (session) => {
            await session.restore(state);
            const rest = await losses(session, 3, 3);
            return [rest, bitsOf(await session.capture()), bitsOfBatch(await session.predict(inputs))];
          },
          own,
          1,
        );
        expect(again).to.deep.equal(all);
      } finally {
        await own.dispose();
      }
    });
  }

  it('refuses adapters of another base', async () => {
    const state = await inSession(await lora(), async (session) => session.capture());
    const other = modelOf({ ...parts, initializers: { ...parts.initializers, 'out.bias': waves(0.25, 6) } });
    const model = await fromOnnx(other, { ...options, lora: { rank: 2, targets: everything } });
    await inSession(model, async (session) => {
      const error = await failure(Promise.resolve(session.restore(state)));
      expect(error.code).to.equal('STATE_MISMATCH');
      expect(error.message).to.include('These adapters belong to another base model');
    });
  });

  const wrong: readonly (readonly [LoraOptions & Record<string, unknown>, string])[] = [
    [
      { targets: ['q_proj'] },
      'The target "q_proj" of lora matches no weight of the model. Did you mean "*q_proj*", which matches layer.q_proj?',
    ],
    [{ targets: ['*q_prj*'] }, 'Similar names are layer.q_proj'],
    [{ targets: ['norm.scale'] }, 'The target "norm.scale" of lora matches norm.scale, which is not the weight of'],
    [{ also: ['nrm.*'] }, 'lora: also has the pattern "nrm.*", which matches no parameter'],
    [{ also: ['out.weight'] }, 'out.weight has an adapter, and is named by lora: also.'],
    [{ rank: 0 }, 'lora: rank is a whole number from 1, not 0.'],
    [{ alpha: -1 }, 'lora: alpha is a number above 0, not -1.'],
    [{ dropout: 1 }, 'lora: dropout is a number of at least 0 and below 1, not 1.'],
    [{ targets: [] }, 'lora: targets is at least one name'],
    [{ ranks: 3 }, 'ranks'],
  ];
  for (const [given, message] of wrong) {
    it(`rejects ${JSON.stringify(given)}`, async () => {
      const error = await failure(lora(given));
      expect(`${error.message} ${error.hint}`).to.include(message);
    });
  }

  it('rejects trainable beside lora', async () => {
    const error = await failure(fromOnnx(file, { ...options, lora: {}, trainable: ['*'] }));
    expect(error.message).to.include('fromOnnx has both lora and trainable.');
  });
});

function numbersIn(outputs: Batch): number[] {
  return Object.values(outputs).flatMap((output) => [...(elements(output) as Float32Array)]);
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => expect.fail('should have failed'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw error;
  return error as Error & { readonly code?: string; readonly hint?: string };
}
