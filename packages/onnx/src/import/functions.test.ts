import { expect } from 'chai';
import { isOnnxError } from '../errors/onnx-error.js';
import { modelBytes } from '../export/to-model.js';
import { float } from '../graph/ir/attributes.js';
import { attributeProto, operatorSetIdProto } from '../proto/codecs.js';
import { attributeTypes, type FunctionProto } from '../proto/messages.js';
import { tensor } from '../tensor/tensor.js';
import { runModel } from './model-cases.test.support.js';
import { float32, modelOf, nodeOf } from './model-file.test.support.js';
import { readModel } from './read-model.js';

const alphaOf = (name: string) => attributeProto.of({ name: 'alpha', refAttrName: name, type: attributeTypes.float });
const leaky = (input: string, output: string) => ({
  ...nodeOf('LeakyRelu', [input], [output]),
  attribute: [alphaOf('slope')],
});

const scaled: Partial<FunctionProto> = {
  name: 'Scaled',
  domain: 'ours',
  opsetImport: [operatorSetIdProto.of({ version: 21n })],
  input: ['a', 'b'],
  output: ['out'],
  attributeProto: [attributeProto.of({ name: 'slope', type: attributeTypes.float, f: 0.5 })],
  node: [nodeOf('Mul', ['a', 'b'], ['product']), leaky('product', 'out')],
};

async function outputs(model: Uint8Array, values: readonly number[]): Promise<number[]> {
  const result = await runModel(model, [tensor(new Float32Array(values))]);
  if (result instanceof Error) throw result;
  return [...new Float32Array(result[0]!.bytes.slice().buffer)];
}

const parts = {
  domains: ['ours'],
  inputs: { x: float32('n') },
  initializers: { w: tensor(Float32Array.of(-1)) },
  outputs: ['y'],
};

describe('functions a model defines', () => {
  it('are replaced by their nodes, with attributes given and by default', async () => {
    const model = modelOf({
      ...parts,
      functions: [scaled],
      nodes: [
        nodeOf('Scaled', ['x', 'w'], ['h'], {}, { domain: 'ours', name: 'first' }),
        nodeOf('Scaled', ['h', 'w'], ['y'], { slope: float(0.25) }, { domain: 'ours', name: 'second' }),
      ],
    });
    const graph = await readModel(model);
    const expected = await outputs(model, [1, -1]);
    expect(expected).to.deep.equal([0.5, -0.25]);
    expect(await outputs(modelBytes(graph), [1, -1])).to.deep.equal(expected);
    const y = graph.outputs.get('y');
    expect(y?.kind === 'node' && [y.node.op, y.node.origin]).to.deep.equal(['LeakyRelu', 'second/out']);
  });

  it('in functions, with an input omitted', async () => {
    const outer: Partial<FunctionProto> = {
      name: 'Outer',
      domain: 'ours',
      input: ['a', 'low', 'high'],
      output: ['out'],
      node: [
        nodeOf('Clip', ['a', 'low', 'high'], ['clipped']),
        nodeOf('Scaled', ['clipped', 'a'], ['out'], {}, { domain: 'ours' }),
      ],
    };
    const model = modelOf({
      ...parts,
      functions: [scaled, outer],
      nodes: [nodeOf('Outer', ['x', '', 'w'], ['y'], {}, { domain: 'ours' })],
      initializers: { w: tensor(Float32Array.of(2), []) },
    });
    expect(await outputs(modelBytes(await readModel(model)), [3, -4])).to.deep.equal([6, 16]);
  });

  it('that call each other twice, forty deep, are rejected and not expanded', async () => {
    const call = (index: number, from: string, to: string) => nodeOf(`F${index}`, [from], [to], {}, { domain: 'ours' });
    const functions = Array.from({ length: 40 }, (_, index): Partial<FunctionProto> => {
      const node =
        index === 0 ? [nodeOf('Relu', ['a'], ['out'])] : [call(index - 1, 'a', 't'), call(index - 1, 't', 'out')];
      return { name: `F${index}`, domain: 'ours', input: ['a'], output: ['out'], node };
    });
    const error: unknown = await readModel(modelOf({ ...parts, functions, nodes: [call(39, 'x', 'y')] })).catch(
      (reason: unknown) => reason,
    );
    expect(isOnnxError(error) && error.message).to.include('has more than');
  }).timeout(60_000);

  it('that call themselves are rejected', async () => {
    const endless: Partial<FunctionProto> = {
      name: 'Endless',
      domain: 'ours',
      input: ['a'],
      output: ['out'],
      node: [nodeOf('Endless', ['a'], ['out'], {}, { domain: 'ours' })],
    };
    const nodes = [nodeOf('Endless', ['x'], ['y'], {}, { domain: 'ours' })];
    const error: unknown = await readModel(modelOf({ ...parts, functions: [endless], nodes })).catch(
      (reason: unknown) => reason,
    );
    expect(isOnnxError(error) && error.message).to.include('The function Endless calls itself');
  });
});
