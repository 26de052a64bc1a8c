import { expect } from 'chai';
import { operatorSupport } from './operator-support.js';

describe('operatorSupport', () => {
  for (const [op, domain, expected] of [
    ['MatMul', '', 'differentiable'],
    ['MatMul', 'ai.onnx', 'differentiable'],
    ['LRN', '', 'differentiable'],
    ['SkipLayerNormalization', 'com.microsoft', 'differentiable'],
    ['MatMulNBits', 'com.microsoft', 'differentiable'],
    ['Shape', '', 'no-gradient'],
    ['MatMul', 'com.example', 'unknown'],
    ['Twist', '', 'unknown'],
    ['toString', '', 'unknown'],
  ] as const) {
    it(`${domain === '' ? op : `${domain}.${op}`}: ${expected}`, () => {
      expect(operatorSupport(op, domain)).to.equal(expected);
    });
  }
});
