import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Forge } from '@forge-ml/core';
import { readTensorFile, writeTensorFile } from '@forge-ml/core/node';
import { isForgeError, type NamedTensors, tensor } from '@forge-ml/core/plugin';
import { runPluginCommand } from '@forge-ml/core/testing';
import { float, int, numbersOf, text } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { float32, modelOf, nodeOf } from '../finetune/model-file.test.support.js';
import { onnxGrad } from './onnx-grad.js';

const weight = tensor(Float32Array.of(1, -1, 0.5, 2, 0, 1), [2, 3]);
const bias = tensor(Float32Array.of(0.1, 0.2, 0.3), [3]);
const unread = tensor(Float32Array.of(4), [1]);

/** logits = x · weight + bias, and `half` = logits / 2. */
const linear = modelOf({
  inputs: { x: float32('batch', 2) },
  initializers: { weight, bias, unread },
  nodes: [
    nodeOf('Gemm', ['x', 'weight', 'bias'], ['logits']),
    nodeOf('Mul', ['logits', 'logits'], ['squares']),
    nodeOf('Elu', ['squares'], ['half'], { alpha: float(0.5) }),
  ],
  outputs: ['logits', 'half'],
});

const x = tensor(Float32Array.of(1, 2, -1, 0.5), [2, 2]);
const labels = tensor(BigInt64Array.of(2n, 0n), [2]);

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'forge-onnx-grad-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Given {
  readonly model?: Uint8Array;
  readonly data?: Readonly<Record<string, NamedTensors extends ReadonlyMap<string, infer T> ? T : never>>;
  readonly flags?: Readonly<Record<string, string | null>>;
}

async function grad(folder: string, { model = linear, data = { x, target: labels }, flags = {} }: Given) {
  await writeFile(join(folder, 'model.onnx'), model);
  await writeTensorFile(join(folder, 'data.safetensors'), new Map(Object.entries(data)));
  const all = { loss: 'cross-entropy', logits: 'logits', data: 'data.safetensors', out: 'out.safetensors', ...flags };
  const result = await runPluginCommand(onnxGrad, {
    words: ['model.onnx'],
    flags: all,
    directory: folder,
    forge: Forge,
  });
  return { result, tensors: await readTensorFile(join(folder, 'out.safetensors')) };
}

async function errorOf(given: Given): Promise<string> {
  let message = '';
  await inFolder(async (folder) => {
    try {
      await grad(folder, given);
    } catch (error) {
      if (!isForgeError(error)) throw error;
      message = `${error.code}: ${error.message.replaceAll(`${folder}/`, '')} ${error.hint ?? ''}`.trim();
    }
  });
  return message;
}

/** The loss and gradients of softmax cross-entropy over x · weight + bias, from their definitions. */
function reference() {
  const [w, b, values] = [numbersOf(weight), numbersOf(bias), numbersOf(x)];
  const gradients = { weight: Array<number>(6).fill(0), bias: Array<number>(3).fill(0) };
  let loss = 0;
  for (const [row, label] of [2, 0].entries()) {
    const logits = [0, 1, 2].map((c) => b[c]! + values[2 * row]! * w[c]! + values[2 * row + 1]! * w[3 + c]!);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    loss += (Math.log(total) - logits[label]!) / 2;
    for (const c of [0, 1, 2]) {
      const delta = (Math.exp(logits[c]!) / total - (c === label ? 1 : 0)) / 2;
      gradients.bias[c]! += delta;
      gradients.weight[c]! += delta * values[2 * row]!;
      gradients.weight[3 + c]! += delta * values[2 * row + 1]!;
    }
  }
  return { loss, ...gradients };
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).to.have.length(expected.length);
  for (const [at, value] of actual.entries())
    expect(value).to.be.closeTo(expected[at]!, 1e-6 * Math.max(1, Math.abs(expected[at]!)));
}

describe('forge onnx:grad', () => {
  it('cross-entropy: the loss, and a gradient for each trainable initializer that is read', () =>
    inFolder(async (folder) => {
      const { result, tensors } = await grad(folder, {});
      const expected = reference();
      expect([...tensors.keys()].sort()).to.deep.equal(['bias', 'loss', 'weight']);
      expect(tensors.get('loss')!.shape).to.deep.equal([]);
      expect(tensors.get('weight')!.shape).to.deep.equal([2, 3]);
      expectNear(numbersOf(tensors.get('loss')!), [expected.loss]);
      expectNear(numbersOf(tensors.get('weight')!), expected.weight);
      expectNear(numbersOf(tensors.get('bias')!), expected.bias);
      expect(result.text).to.match(/^Loss \d\.\d+; 2 gradients in .*out\.safetensors\.$/);
      expect(result.data).to.have.property('gradients').that.has.members(['weight', 'bias']);
    }));

  it('mse: of the only output, or of any value by its name', () =>
    inFolder(async (folder) => {
      const target = tensor(new Float32Array(6), [2, 3]);
      const { tensors } = await grad(folder, { data: { x, target }, flags: { loss: 'mse' } });
      const [w, b, values] = [numbersOf(weight), numbersOf(bias), numbersOf(x)];
      const logits = [0, 1].flatMap((row) =>
        [0, 1, 2].map((c) => b[c]! + values[2 * row]! * w[c]! + values[2 * row + 1]! * w[3 + c]!),
      );
      expectNear(numbersOf(tensors.get('loss')!), [logits.reduce((sum, y) => sum + y * y, 0) / 6]);
      expectNear(
        numbersOf(tensors.get('bias')!),
        [0, 1, 2].map((c) => (logits[c]! + logits[3 + c]!) / 3),
      );
      const between = await grad(folder, { data: { x, target }, flags: { loss: 'mse', logits: 'squares' } });
      expectNear(numbersOf(between.tensors.get('loss')!), [logits.reduce((sum, y) => sum + y ** 4, 0) / 6]);
    }));

  it('cross-entropy with the classes as the second dimension, and ignored labels', () =>
    inFolder(async (folder) => {
      const model = modelOf({
        inputs: { x: float32('batch', 2, 3) },
        initializers: { bias },
        nodes: [nodeOf('Add', ['x', 'bias'], ['logits'])],
        outputs: ['logits'],
      });
      const data = {
        x: tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [1, 2, 3]),
        target: tensor(BigInt64Array.of(0n, 1n, -100n), [1, 3]),
      };
      const { tensors } = await grad(folder, { model, data, flags: { logits: null } });
      expectNear(numbersOf(tensors.get('loss')!), [(Math.log(1 + Math.exp(3)) + Math.log(1 + Math.exp(-3))) / 2]);
    }));

  it('ignores the dropout of the file', () =>
    inFolder(async (folder) => {
      const model = modelOf({
        inputs: { x: float32('batch', 2) },
        initializers: {
          weight,
          bias,
          ratio: tensor(Float32Array.of(0.5), []),
          on: tensor(Uint8Array.of(1), [], 'bool'),
        },
        nodes: [
          nodeOf('Dropout', ['x', 'ratio', 'on'], ['dropped']),
          nodeOf('Gemm', ['dropped', 'weight', 'bias'], ['logits']),
        ],
        outputs: ['logits'],
      });
      const { tensors } = await grad(folder, { model });
      expectNear(numbersOf(tensors.get('weight')!), reference().weight);
    }));

  it('through an LSTM of the file', () =>
    inFolder(async (folder) => {
      const ones = (...shape: number[]) => tensor(new Float32Array(shape.reduce((a, b) => a * b)).fill(0.1), shape);
      const model = modelOf({
        inputs: { x: float32('time', 'batch', 2) },
        initializers: { w: ones(1, 12, 2), r: ones(1, 12, 3) },
        nodes: [
          nodeOf('LSTM', ['x', 'w', 'r'], ['', 'h'], { hidden_size: int(3), direction: text('reverse') }),
          nodeOf('Squeeze', ['h', 'axes'], ['logits']),
          nodeOf('Constant', [], ['axes'], { value_ints: { type: 'ints', value: [0] } }),
        ],
        outputs: ['logits'],
      });
      const data = { x: ones(12, 2, 2), target: labels };
      const { tensors } = await grad(folder, { model, data });
      expect(tensors.get('r')!.shape).to.deep.equal([1, 12, 3]);
      expect(numbersOf(tensors.get('r')!).some((slope) => Math.abs(slope) > 1e-4)).to.equal(true);
    }));

  it('names the file and the tensor that does not fit', async () => {
    expect(await errorOf({ data: { target: labels } })).to.equal(
      'DATA_INVALID: data.safetensors has no tensor "x", which the model reads. It has "target".',
    );
    expect(await errorOf({ data: { x } })).to.equal(
      'DATA_INVALID: data.safetensors has no tensor "target", which the loss compares with. It has "x".',
    );
    expect(await errorOf({ data: { x: labels, target: labels } })).to.equal(
      'DATA_INVALID: The tensor "x" in data.safetensors is int64[2]; the model reads float32[batch, 2]. Write it with that type and shape.',
    );
    expect(await errorOf({ data: { x, target: tensor(BigInt64Array.of(1n), [1]) } })).to.equal(
      'DATA_INVALID: The tensor "target" in data.safetensors is int64[1], which does not fit "logits", float32[2, 3]. For cross-entropy give whole numbers, one for each row of logits.',
    );
  });

  it('a loss that the model computes, and values of the model beside it', () =>
    inFolder(async (folder) => {
      const model = modelOf({
        inputs: { x: float32('batch', 2), y: float32('batch', 3) },
        initializers: { weight, bias },
        nodes: [
          nodeOf('Gemm', ['x', 'weight', 'bias'], ['logits']),
          nodeOf('Sub', ['logits', 'y'], ['error']),
          nodeOf('ReduceSumSquare', ['error'], ['total'], { keepdims: int(0) }),
          // What nothing needs may be unknown.
          nodeOf('Unheard', ['logits'], ['rest']),
        ],
        outputs: ['rest', 'total'],
      });
      const data = { x, y: tensor(new Float32Array(6), [2, 3]) };
      const flags = { loss: 'output:total', logits: null, outputs: 'logits, error' };
      const { result, tensors } = await grad(folder, { model, data, flags });
      const logits = numbersOf(tensors.get('output/logits')!);
      expect([...tensors.keys()].sort()).to.deep.equal(['bias', 'loss', 'output/error', 'output/logits', 'weight']);
      expectNear(numbersOf(tensors.get('loss')!), [logits.reduce((sum, y) => sum + y * y, 0)]);
      expectNear(
        numbersOf(tensors.get('bias')!),
        [0, 1, 2].map((c) => 2 * (logits[c]! + logits[3 + c]!)),
      );
      expect(result.text).to.include('2 gradients and 2 outputs in ');
      expect(result.data).to.deep.include({ gradients: ['weight', 'bias'], outputs: ['logits', 'error'] });
    }));

  it('names the model and what it, or the command, lacks', async () => {
    expect(await errorOf({ flags: { logits: 'logit' } })).to.equal(
      'MODEL_INVALID: model.onnx: The model has no value named "logit". Its outputs are "logits", "half".',
    );
    expect(await errorOf({ flags: { logits: null } })).to.equal(
      'MODEL_INVALID: model.onnx: The model has the outputs "logits", "half". Choose one: --logits NAME.',
    );
    const identity = modelOf({
      inputs: { x: float32('batch', 2) },
      nodes: [nodeOf('Relu', ['x'], ['logits'])],
      outputs: ['logits'],
    });
    expect(await errorOf({ model: identity })).to.equal(
      'MODEL_INVALID: model.onnx: The model has no trainable initializer: none of floating type.',
    );
    expect(await errorOf({ flags: { loss: null } })).to.equal(
      'USAGE: onnx:grad requires --loss. Give --loss cross-entropy, mse or output:NAME.',
    );
    expect(await errorOf({ flags: { loss: 'hinge' } })).to.equal(
      'USAGE: There is no loss hinge. Give --loss cross-entropy, mse or output:NAME.',
    );
    expect(await errorOf({ flags: { loss: 'output:logits' } })).to.include(
      'The loss is float32[2, 3], but must be a single number.',
    );
    expect(await errorOf({ flags: { outputs: 'logits,quarter' } })).to.include(
      'The model has no value named "quarter".',
    );
  });
});
