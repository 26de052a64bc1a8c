import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeTensorFile } from '@forge-ml/core/node';
import { elements, isForgeError, sgd, tensor } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { conv2d } from '../layers/conv.js';
import { dense } from '../layers/dense.js';
import { meanSquaredError } from '../layers/losses.js';
import { sequential } from '../layers/sequential.js';
import { flatten } from '../layers/shapes.js';
import { buildGraphs } from './build-graphs.js';
import { loadParameters } from './load-parameters.js';
import type { OnnxModel } from './onnx-model.js';

const count = (shape: readonly number[], step = 1) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => at * step),
    shape,
  );

describe('loadParameters', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-parameters-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const file = () => join(folder, 'a.safetensors');

  const sample = { x: count([4, 3, 5, 5]), y: count([4, 2]) };
  const graphs = (parameters: OnnxModel['parameters']) => {
    const net = sequential(conv2d(2, 3), flatten(), dense(2));
    const model: OnnxModel = {
      predict: ({ x }, context) => net(x!, context),
      loss: ({ y }, output) => meanSquaredError(output, y!),
      optimizer: sgd(0.1),
      artefacts: { net },
      ...(parameters === undefined ? {} : { parameters }),
    };
    return new Map(buildGraphs(model, sample, { seed: 1 }).parameters.map(({ name, initial }) => [name, initial]));
  };
  const failure = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      if (isForgeError(error)) return error;
      throw error;
    }
    return expect.fail('should have failed');
  };

  it('sets parameters of the same names, and keeps the others', async () => {
    const kernel = count([18, 2], 0.5);
    await writeTensorFile(file(), new Map([['net/dense_1/kernel', kernel]]));
    for (const source of [file(), pathToFileURL(file())]) {
      const [given, drawn] = [graphs(await loadParameters(source)), graphs(undefined)];
      expect(given.get('net/dense_1/kernel')).to.deep.equal(kernel);
      expect(given.get('net/conv2d_1/kernel')).to.deep.equal(drawn.get('net/conv2d_1/kernel'));
      expect([...given.keys()]).to.deep.equal([...drawn.keys()]);
    }
  });

  it('transposes kernels with their channels last on request', async () => {
    await writeTensorFile(file(), new Map([['net/conv2d_1/kernel', count([3, 3, 3, 2])]]));
    const given = graphs(await loadParameters(file(), { kernels: 'channelsLast' })).get('net/conv2d_1/kernel')!;
    expect(given.shape).to.deep.equal([2, 3, 3, 3]);
    const at = (f: number, c: number, y: number, x: number) => Number(elements(given)[((f * 3 + c) * 3 + y) * 3 + x]);
    // Element [y, x, c, f] of the file is its index there: y * 18 + x * 6 + c * 2 + f.
    expect([at(0, 0, 0, 0), at(1, 0, 0, 0), at(0, 2, 0, 0), at(0, 0, 1, 0), at(1, 2, 2, 1)]).to.deep.equal([
      0,
      1,
      4,
      18,
      2 * 18 + 6 + 4 + 1,
    ]);
    const parameters = await loadParameters(file());
    const error = failure(() => graphs(parameters));
    expect([error.code, error.about]).to.deep.equal(['STATE_MISMATCH', 'net/conv2d_1/kernel']);
    expect(error.message).to.include('float32[2, 3, 3, 3]').and.to.include('float32[3, 3, 3, 2]');
    expect(error.hint).to.include("kernels: 'channelsLast'");
  });

  it('names what does not fit, and what the model does not have; rename fixes it', async () => {
    await writeTensorFile(
      file(),
      new Map([
        ['other/dense_1/bias', count([2])],
        ['step', count([1])],
      ]),
    );
    const parameters = await loadParameters(file());
    const error = failure(() => graphs(parameters));
    expect([error.code, error.about]).to.deep.equal(['STATE_MISMATCH', 'other/dense_1/bias']);
    expect(error.hint).to.include('net/conv2d_1/kernel, net/conv2d_1/bias, net/dense_1/kernel, net/dense_1/bias');
    const rename = (name: string) => (name === 'step' ? null : name.replace('other', 'net'));
    expect(graphs(await loadParameters(file(), { rename })).get('net/dense_1/bias')).to.deep.equal(count([2]));
    const wide = failure(() => graphs(new Map([['net/dense_1/bias', count([3])]])));
    expect(wide.message).to.equal(
      'The parameter net/dense_1/bias is float32[2] in the model, but float32[3] was given for it.',
    );
    const same = await loadParameters(file(), { rename: () => 'a' }).catch((thrown: unknown) => thrown);
    expect(same).to.include({ code: 'DATA_INVALID', about: 'a' });
    await writeFile(file(), 'no tensors');
    expect(await loadParameters(file()).catch((thrown: unknown) => thrown)).to.include({ code: 'DATA_INVALID' });
  });
});
