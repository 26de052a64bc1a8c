import { tensor } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Graph } from '../graph/graph.js';
import type { Attributes, Node } from '../graph/node.js';
import type { TensorType } from '../graph/types.js';
import type { ConstantValue, InputValue, NodeValue, ParameterValue, Value } from '../graph/value.js';
import { modelBytes } from './to-model.js';

const vector: TensorType = { dtype: 'float32', shape: ['n'] };
const input = (name: string, type = vector): InputValue => ({ kind: 'input', name, ...type });
const parameter = (name: string, values: readonly number[]): ParameterValue => {
  const initial = tensor(new Float32Array(values));
  return { kind: 'parameter', name, initial, trainable: true, dtype: 'float32', shape: initial.shape };
};
const constant = (values: readonly number[]): ConstantValue => {
  const data = tensor(new Float32Array(values));
  return { kind: 'constant', data, dtype: 'float32', shape: data.shape };
};
function node(op: string, inputs: readonly (Value | null)[], types = [vector], attributes: Attributes = {}) {
  const outputs: NodeValue[] = [];
  const made: Node = { op, domain: '', inputs, attributes, outputs, origin: undefined };
  types.forEach((type, output) => {
    outputs.push({ kind: 'node', node: made, output, ...type });
  });
  return outputs;
}
const call = (op: string, ...inputs: readonly (Value | null)[]): NodeValue => node(op, inputs)[0]!;
const graph = (inputs: readonly InputValue[], outputs: Record<string, Value>): Graph => ({
  inputs,
  outputs: new Map(Object.entries(outputs)),
});

async function run(bytes: Uint8Array, feeds: Record<string, readonly number[]>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(bytes);
  const tensors = Object.entries(feeds).map(([name, values]) => [name, new Tensor('float32', values, [values.length])]);
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}

describe('models ONNX Runtime runs', () => {
  it('a parameter, a constant, and one value under two names', async () => {
    const x = input('x');
    const sum = call('Add', call('Mul', x, parameter('w', [2, 3])), constant([1, 1]));
    const bytes = modelBytes(graph([x], { y: sum, again: sum, x, w2: parameter('w3', [7]) }));
    expect(await run(bytes, { x: [10, 20] })).to.deep.equal({ y: [21, 61], again: [21, 61], x: [10, 20], w2: [7] });
  });
});
