import { expect } from 'chai';
import { ints } from '../graph/ir/attributes.js';
import { tensor } from '../tensor/tensor.js';
import { float32, modelOf, nodeOf } from './model-file.test.support.js';
import { readModel } from './read-model.js';

describe('initializers of a file', () => {
  it('floating tensors are parameters, statistics untrained; settings and whole numbers are constants', async () => {
    const vector = tensor(Float32Array.of(1, 1));
    const { parameters, values } = await readModel(
      modelOf({
        inputs: { x: float32('batch', 2, 3, 3) },
        nodes: [
          nodeOf('BatchNormalization', ['x', 'bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var'], ['a']),
          nodeOf('Clip', ['a', 'low', 'high'], ['b']),
          nodeOf('Mul', ['b', 'temperature'], ['c']),
          nodeOf('Div', ['c', 'onnx::Div_12'], ['d']),
          nodeOf('Reshape', ['d', 'shape'], ['e']),
          nodeOf('Gemm', ['e', 'onnx::MatMul_7'], ['y']),
        ],
        initializers: {
          'onnx::MatMul_7': tensor(new Float32Array(36), [18, 2]),
          unused: vector,
          'bn.running_var': vector,
          'bn.running_mean': vector,
          'bn.bias': vector,
          'bn.weight': vector,
          low: tensor(Float32Array.of(0), []),
          high: tensor(Float32Array.of(6), []),
          temperature: tensor(Float32Array.of(1), []),
          'onnx::Div_12': tensor(Float32Array.of(8), []),
          shape: tensor(BigInt64Array.of(0n, -1n)),
        },
        outputs: ['y'],
      }),
    );
    const trainable = (wanted: boolean) =>
      [...parameters.values()].filter((p) => p.trainable === wanted).map((p) => p.name);
    expect(trainable(true)).to.have.members(['onnx::MatMul_7', 'bn.bias', 'bn.weight', 'temperature']);
    expect(trainable(false)).to.have.members(['bn.running_mean', 'bn.running_var']);
    expect([...parameters.keys()][0], 'in the order of the file').to.equal('onnx::MatMul_7');
    expect(values.get('high')?.kind).to.equal('constant');
    expect(values.get('c')?.shape).to.deep.equal(['batch', 2, 3, 3]);
  });

  it('an initializer that is also listed as an input is not an input', async () => {
    const graph = await readModel(
      modelOf({
        opset: 9,
        inputs: { x: float32(3, 2), w: float32(2, 2) },
        nodes: [nodeOf('MatMul', ['x', 'w'], ['h']), nodeOf('Squeeze', ['h'], ['y'], { axes: ints([]) })],
        initializers: { w: tensor(new Float32Array(4), [2, 2]) },
        outputs: ['y'],
      }),
    );
    expect(graph.inputs.map(({ name }) => name)).to.deep.equal(['x']);
  });
});
