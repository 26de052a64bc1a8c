import { sgd, type TrainSession, tensor } from '@forge-ml/core/plugin';
import { modelBytes, ops } from '@forge-ml/onnx';
import { input, numbersOf, parameter, tensorOf } from '@forge-ml/onnx/graph';
import { decode, modelProto } from '@forge-ml/onnx/proto';
import { expect } from 'chai';
import { OnnxBackend } from '../backend.js';
import { meanSquaredError } from '../layers/losses.js';
import { fromOnnx } from './from-onnx.js';

/** x · fast.weight at a rate of 16000, else x · slow.weight, of other sizes: as files of voice activity have it. */
function twoRates(): Uint8Array {
  const x = input('x', 'float32', ['batch', 'samples']);
  const rate = input('rate', 'int64', []);
  const weight = (name: string, rows: number) => {
    const numbers = Array.from({ length: rows * 2 }, (_, at) => Math.sin(at + rows));
    return parameter(name, tensorOf(numbers, 'float32', [rows, 2]));
  };
  const isFast = ops.equal(rate, ops.scalar(16_000, 'int64'));
  const branches = [weight('fast.weight', 4), weight('slow.weight', 2)].map((one) => [ops.matMul(x, one)]);
  const [y] = ops.ifThenElse(isFast, branches[0]!, branches[1]!);
  return modelBytes({ inputs: [x, rate], outputs: new Map([['y', y!]]) });
}

const batch = {
  x: tensor(
    Float32Array.from({ length: 12 }, (_, at) => Math.cos(at)),
    [3, 4],
  ),
  target: tensor(new Float32Array(6), [3, 2]),
};

describe('a file with a branch that training never takes', () => {
  let session: TrainSession;
  let end: () => Promise<void>;
  before(async () => {
    const engine = await new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });
    const model = await fromOnnx(twoRates(), {
      inputs: { rate: () => ops.scalar(16_000, 'int64') },
      loss: ({ target }, y) => meanSquaredError(y, target!),
      optimizer: sgd(0.1),
    });
    session = await engine.build({ load: () => model, sample: batch, seed: 1 });
    end = async () => {
      await session.dispose();
      await engine.dispose();
    };
  });
  after(() => end());

  it('trains the other branch, although this one does not fit the sizes', async () => {
    expect(session.warnings).to.deep.equal([]);
    expect(session.parameters.map(({ name }) => name)).to.deep.equal(['fast.weight']);
    const { loss } = await session.step(batch, { step: 0, metrics: true });
    const after = await session.evaluate(batch);
    expect(after.loss).to.be.below(loss!);
  });

  it('is exported with both, and the weights of the file in the one that was not trained', async () => {
    const places = new Map([['fast.weight', { offset: 0, length: 32 }]]);
    const files = await session.checkpointFiles!({ name: 'parameters.safetensors', places });
    const name = [...files.keys()].find((one) => one.includes('export')) ?? 'model.onnx';
    const { graph } = decode(modelProto, files.get(name) as Uint8Array);
    const stored = new Map(graph!.initializer.map((one) => [one.name, one]));
    expect(graph!.input.map((one) => one.name)).to.deep.equal(['x', 'rate']);
    expect(stored.get('fast.weight')!.externalData).to.not.have.length(0);
    const slow = stored.get('slow.weight')!.rawData as Uint8Array;
    expect(numbersOf(tensor(new Float32Array(slow.slice().buffer), [2, 2]))).to.deep.equal(
      Array.from({ length: 4 }, (_, at) => Math.fround(Math.sin(at + 2))),
    );
  });
});
