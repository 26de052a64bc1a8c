import { expect } from 'chai';
import { moduleNameOf } from './module-name.js';

describe('the name of the module of a weight', () => {
  for (const [weight, node, name] of [
    ['encoder.query.weight', {}, 'encoder.query'],
    ['encoder.query.weight', { origin: '/a/b/MatMul', module: 'a.b' }, 'encoder.query'],
    ['model/dense/kernel', {}, 'model.dense'],
    ['encoder.query.weight_quantized', {}, 'encoder.query'],
    ['encoder.table_quantized', {}, 'encoder.table'],
    ['onnx::MatMul_12_quantized', { origin: '/encoder/query/MatMul_quant' }, 'encoder.query'],
    ['onnx::MatMul_12', { origin: '/encoder/layer.0/query/MatMul' }, 'encoder.layer.0.query'],
    ['onnx::MatMul_12', { origin: '/encoder/layer/layer.0/query/MatMul' }, 'encoder.layer.0.query'],
    ['onnx::MatMul_12', { origin: 'MatMul_3' }, 'onnx::MatMul_12'],
    ['val_57', { origin: 'node_MatMul_56', module: 'encoder.layer.0.query' }, 'encoder.layer.0.query'],
  ] as const) {
    it(`is ${name} of ${weight} ${JSON.stringify(node)}`, () => {
      expect(moduleNameOf(weight, { origin: undefined, ...node })).to.equal(name);
    });
  }
});
