import { constant, input, parameter, tensorOf, type Value, walk } from '@forge-ml/onnx/graph';
import { cast, matMul, mul } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { inSinglePrecision, masterWeights } from './master-weights.js';

describe('a graph of half precision', () => {
  for (const dtype of ['float16', 'bfloat16'] as const) {
    it(`is computed in float32, with constants, casts and inputs of ${dtype}`, () => {
      const x = input('x', dtype, ['n', 2]);
      const weight = parameter('w', tensorOf([1, 2, 3, 4], dtype, [2, 2]));
      const scaled = mul(matMul(x, weight), constant(tensorOf([0.5], dtype, [])));
      const wide = cast(scaled, 'float32');
      const outputs = new Map<string, Value>([['y', cast(wide, dtype)]]);
      const { masters } = masterWeights([weight]);
      const made = inSinglePrecision(outputs, masters);
      const { nodes, parameters, inputs } = walk(made.values());
      expect(made.get('y')!.dtype).to.equal('float32');
      expect(nodes.map(({ op }) => op)).to.deep.equal(['Cast', 'MatMul', 'Mul', 'Cast']);
      expect(nodes.flatMap(({ outputs }) => outputs.map(({ dtype }) => dtype))).to.deep.equal(Array(4).fill('float32'));
      expect(parameters).to.deep.equal([masters.get(weight)]);
      expect(inputs).to.deep.equal([x]);
    });
  }

  it('of float32 is not changed', () => {
    const outputs = new Map<string, Value>([['y', input('x', 'float32', [2])]]);
    expect(inSinglePrecision(outputs, new Map())).to.equal(outputs);
  });
});
