import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isOnnxError } from '../errors/onnx-error.js';
import { encode, graphProto, modelProto, tensorProto, typeProto, valueInfoProto } from '../proto/codecs.js';
import type { TensorProto } from '../proto/messages.js';
import { tensor } from '../tensor/tensor.js';
import { bodyAttribute, float32, graphOf, type ModelParts, modelOf, nodeOf } from './model-file.test.support.js';
import { readModel } from './read-model.js';

const weights = tensor(new Float32Array([1, 2, 3, 4]), [2, 2]);
const valid: ModelParts = {
  nodes: [nodeOf('MatMul', ['x', 'w'], ['y'], {}, { name: 'layer' })],
  inputs: { x: float32('batch', 2) },
  initializers: { w: weights },
  outputs: ['y'],
};

/** Of reading a file, or else of using its first output. */
async function errorMessageOf(content: Uint8Array): Promise<string> {
  try {
    const { outputs } = await readModel(content);
    for (const { shape } of outputs.values()) expect(shape).to.be.an('array');
  } catch (error) {
    if (isOnnxError(error) && error.code === 'MODEL_INVALID') return error.message;
    throw error;
  }
  return 'none';
}

const withTensor = (fields: Partial<TensorProto>): Uint8Array =>
  modelOf({
    ...valid,
    initializers: {},
    tensors: [tensorProto.of({ name: 'w', dims: [2n, 2n], dataType: 1, ...fields })],
  });

function nested(depth: number): Uint8Array {
  let graph = graphOf({ outputs: ['x'] });
  for (let level = 0; level < depth; level += 1) {
    const attribute = [bodyAttribute('then_branch', graph)];
    graph = graphProto.of({ name: 'g', node: [nodeOf('If', ['c'], ['y'], {}, { attribute })] });
  }
  return encode(modelProto, modelProto.of({ graph }));
}

const add = (input: readonly string[], output: string) =>
  nodeOf('Add', input, [output], {}, { name: `make ${output}` });

const sequence = valueInfoProto.of({ name: 'x', type: typeProto.of({ sequenceType: new Uint8Array() }) });

const table: readonly (readonly [string, Uint8Array, string])[] = [
  ['an empty file', new Uint8Array(), 'This is not an ONNX model: it holds no graph.'],
  ['text', new TextEncoder().encode('not a model at all'), 'This is not an ONNX model, or it is corrupt'],
  ['zeros', new Uint8Array(100), 'This is not an ONNX model, or it is corrupt'],
  ['ones', new Uint8Array(100).fill(255), 'This is not an ONNX model, or it is corrupt'],
  ['deep nesting', nested(60), 'messages are nested deeper than 100 levels'],
  [
    'too little data',
    withTensor({ rawData: new Uint8Array(12) }),
    'The initializer "w" needs 16 bytes by its shape, but holds 12.',
  ],
  [
    'too much data',
    withTensor({ rawData: new Uint8Array(20) }),
    'The initializer "w" needs 16 bytes by its shape, but holds 20.',
  ],
  ['no data', withTensor({}), 'The initializer "w" needs 16 bytes by its shape, but holds 0.'],
  [
    'data elsewhere',
    withTensor({ int64Data: [1n, 2n, 3n, 4n] }),
    'The initializer "w" needs 16 bytes by its shape, but holds 0.',
  ],
  [
    'a negative size',
    withTensor({ dims: [-1n, 4n] }),
    'The initializer "w" has the shape [-1, 4], in which -1 is not a size.',
  ],
  ['a huge size', withTensor({ dims: [2n ** 40n, 2n ** 40n] }), 'which overflows'],
  ['texts', withTensor({ dataType: 8 }), 'the initializer "w" is of type string, which is not supported'],
  ['an unknown type', withTensor({ dataType: 77 }), 'The initializer "w" is of type number 77'],
  [
    'a number out of range',
    withTensor({ dataType: 3, int32Data: [1, 2, 3, 400] }),
    'holds 400, which is out of range for int8',
  ],
  [
    'a cycle',
    modelOf({ ...valid, nodes: [add(['x', 'b'], 'a'), add(['a', 'x'], 'b')], outputs: ['b'] }),
    'Add (node "make b") reads "a", which depends on the node itself.',
  ],
  [
    'a node that reads itself',
    modelOf({ ...valid, nodes: [add(['x', 'y'], 'y')] }),
    'reads "y", which depends on the node itself',
  ],
  [
    'a name defined twice',
    modelOf({ ...valid, nodes: [add(['x', 'x'], 'y'), add(['x', 'w'], 'y')] }),
    '"y" is defined twice: by Add (node "make y") and by Add (node "make y").',
  ],
  ['an input defined again', modelOf({ ...valid, nodes: [add(['w', 'w'], 'x')] }), '"x" is defined twice'],
  [
    'two initializers',
    modelOf({ ...valid, tensors: [tensorProto.of({ name: 'w', dataType: 1 })] }),
    'Two initializers are named "w".',
  ],
  [
    'a missing input',
    modelOf({ ...valid, initializers: {} }),
    'MatMul (node "layer") reads "w", which is not defined.',
  ],
  ['a missing output', modelOf({ ...valid, outputs: ['z'] }), '"z", an output of the graph "g", is not defined.'],
  ['an output twice', modelOf({ ...valid, outputs: ['y', 'y'] }), 'The graph "g" has two outputs named "y".'],
  ['an input without a type', modelOf({ ...valid, inputs: { x: undefined } }), 'The input "x" has no type.'],
  [
    'shapes that do not fit',
    modelOf({ ...valid, inputs: { x: float32('batch', 3) } }),
    'MatMul (node "layer") cannot take (float32[batch, 3], float32[2, 2])',
  ],
  [
    'an unknown operator',
    modelOf({ ...valid, nodes: [nodeOf('Frobnicate', ['x'], ['y'], {}, { name: 'odd' })] }),
    'Frobnicate (node "odd") is an unknown operator',
  ],
  [
    "another domain's operator",
    modelOf({
      ...valid,
      domains: ['com.example'],
      nodes: [nodeOf('Gelu', ['x'], ['y'], {}, { domain: 'com.example' })],
    }),
    'com.example.Gelu (node "y") is an unknown operator',
  ],
  [
    'an opset that is too new',
    modelOf({ ...valid, opset: 99 }),
    'MatMul (node "layer") is in the form of opset 99; the newest supported is 25',
  ],
  [
    'an opset that is too old',
    modelOf({ ...valid, nodes: [add(['x', 'w'], 'y')], opset: 6 }),
    'Add (node "make y") is of opset 6, and supported from opset 7 on',
  ],
  [
    'a whole number beyond 2^53',
    modelOf({ ...valid, nodes: [withHugeAxis()] }),
    'The attribute "axis" of Softmax (node "odd") is 9223372036854775807, which is beyond 2^53.',
  ],
  [
    'an input that is a sequence',
    encode(
      modelProto,
      modelProto.of({ graph: graphProto.of({ input: [sequence], output: [valueInfoProto.of({ name: 'x' })] }) }),
    ),
    'the input "x" is not a tensor but a sequence, map, sparse tensor or optional',
  ],
];

function withHugeAxis() {
  const node = nodeOf('Softmax', ['x'], ['y'], { axis: { type: 'int', value: 1 } }, { name: 'odd' });
  return { ...node, attribute: node.attribute.map((attribute) => ({ ...attribute, i: 2n ** 63n - 1n })) };
}

describe('invalid ONNX files', () => {
  it('a valid one is read', async () => {
    const graph = await readModel(modelOf(valid));
    const { parameters } = graph;
    expect(graph.outputs.get('y')?.shape).to.deep.equal(['batch', 2]);
    expect([...parameters.keys()]).to.deep.equal(['w']);
  });

  for (const [title, content, message] of table) {
    it(title, async () => expect(await errorMessageOf(content)).to.include(message));
  }

  it('a file truncated at any byte', async () => {
    const whole = modelOf({ ...valid, metadata: { author: 'someone' } });
    for (let length = 0; length < whole.length; length += 1) {
      expect(await errorMessageOf(whole.subarray(0, length)), `${length} bytes`).to.not.equal('none');
    }
    expect(await errorMessageOf(whole)).to.equal('none');
  });

  it('a file with any one byte changed is read or rejected, never a crash', async () => {
    const whole = modelOf(valid);
    for (let at = 0; at < whole.length; at += 1) {
      for (const value of [0, 0x7f, 0x80, 0xff, whole[at]! ^ 1]) {
        const corrupt = whole.slice();
        corrupt[at] = value;
        await errorMessageOf(corrupt);
      }
    }
  });

  it('names the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forge-onnx-'));
    const path = join(folder, 'model.onnx');
    await writeFile(path, 'nonsense');
    const error: unknown = await readModel(path).catch((reason: unknown) => reason);
    await rm(folder, { recursive: true });
    expect(error).to.have.property('code', 'MODEL_INVALID');
    expect(error).to.have.property('message').that.includes(`${path}: This is not an ONNX model`);
  });

  it('a missing file', async () => {
    const error: unknown = await readModel('/nowhere/model.onnx').catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'FILE_SYSTEM');
  });
});
