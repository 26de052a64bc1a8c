import { expect } from 'chai';
import { inferenceRules } from '../graph/infer/rules.js';
import { gradientRuleOf, stopsAt } from './gradient-rules.js';

/** The operators of models that PyTorch exports: MLPs, CNNs, ResNets, transformers, recurrent networks. */
const differentiable = [
  'Gemm MatMul Conv ConvTranspose Einsum',
  'Add Sub Mul Div Neg Pow Sqrt Reciprocal Exp Log Abs Erf Sin Cos Min Max Clip Where Mod',
  'Relu LeakyRelu PRelu Elu Sigmoid HardSigmoid HardSwish Tanh Softplus Gelu Softmax LogSoftmax',
  'BatchNormalization LayerNormalization InstanceNormalization GroupNormalization RMSNormalization Dropout',
  'ReduceSum ReduceMean ReduceMax GlobalAveragePool AveragePool MaxPool',
  'Reshape Flatten Transpose Squeeze Unsqueeze Expand Concat Split Slice Pad Gather GatherElements Tile Resize',
  'ReduceProd LRN LpNormalization MeanVarianceNormalization LpPool GlobalLpPool',
  'Identity Cast Trilu CumSum SoftmaxCrossEntropyLoss NegativeLogLikelihoodLoss Scan Loop If',
].flatMap((line) => line.split(' '));

const forwardOnly = [
  'Shape Size Constant ConstantOfShape Range ArgMax ArgMin OneHot',
  'Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor Not',
].flatMap((line) => line.split(' '));

/** Operators that can be built but not differentiated: `gradients` names them in an error. */
const without = new Set(['Compress', 'Unique', 'ReverseSequence']);

describe('the table of gradient rules', () => {
  it('covers the operators of models that are fine-tuned', () => {
    expect(differentiable.filter((op) => !gradientRuleOf({ op, domain: '' }))).to.deep.equal([]);
    expect(forwardOnly.filter((op) => !stopsAt({ op, domain: '' }))).to.deep.equal([]);
  });

  it('classifies every operator that can be built', () => {
    const known = (op: string) => gradientRuleOf({ op, domain: '' }) !== undefined || stopsAt({ op, domain: '' });
    const unclassified = Object.keys(inferenceRules).filter((op) => !known(op) && !without.has(op));
    expect(unclassified).to.deep.equal([]);
    expect([...without].filter(known)).to.deep.equal([]);
  });

  it('has no operator in both lists, and none of another domain', () => {
    expect(forwardOnly.filter((op) => gradientRuleOf({ op, domain: '' }))).to.deep.equal([]);
    expect(gradientRuleOf({ op: 'Add', domain: 'com.example' })).to.equal(undefined);
  });
});
