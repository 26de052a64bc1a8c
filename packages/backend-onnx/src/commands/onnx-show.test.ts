import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Forge } from '@forge-ml/core';
import { isForgeError, type TensorData, tensor } from '@forge-ml/core/plugin';
import { runPluginCommand } from '@forge-ml/core/testing';
import { decode, encode, modelProto, type NodeProto, toExternalTensor } from '@forge-ml/onnx/proto';
import { expect } from 'chai';
import fc from 'fast-check';
import { float32, type ModelParts, modelOf, nodeOf } from '../finetune/model-file.test.support.js';
import { onnxShow } from './onnx-show.js';
import { renderModel } from './show/render-model.js';
import type { ShownModel } from './show/shown-model.js';

const weights = (...shape: number[]): TensorData => {
  return tensor(new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.1), shape);
};

/** Two layers of attention's projections with a norm, and a classifier: as PyTorch's exporter names them. */
function transformer(): ModelParts {
  const layer = (at: number, x: string): NodeProto[] => {
    const name = `encoder.layer.${at}`;
    return [
      { ...nodeOf('MatMul', [x, `${name}.query.weight`], [`q${at}`]), name: `/encoder/layer.${at}/query/MatMul` },
      { ...nodeOf('MatMul', [x, `onnx::MatMul_${at}`], [`v${at}`]), name: `/encoder/layer.${at}/value/MatMul` },
      { ...nodeOf('Add', [`q${at}`, `v${at}`], [`s${at}`]), name: `/encoder/layer.${at}/Add` },
      {
        ...nodeOf('LayerNormalization', [`s${at}`, `${name}.norm.weight`, `${name}.norm.bias`], [`h${at}`]),
        name: `/encoder/layer.${at}/norm/LayerNormalization`,
      },
    ];
  };
  const ofLayer = (at: number): [string, TensorData][] => [
    [`encoder.layer.${at}.query.weight`, weights(4, 4)],
    [`onnx::MatMul_${at}`, weights(4, 4)],
    [`encoder.layer.${at}.norm.weight`, weights(4)],
    [`encoder.layer.${at}.norm.bias`, weights(4)],
  ];
  return {
    inputs: { x: float32('batch', 'time', 4) },
    initializers: Object.fromEntries([
      ...ofLayer(0),
      ...ofLayer(1),
      ['classifier.weight', weights(4, 2)],
      ['classifier.bias', weights(2)],
    ]),
    nodes: [
      ...layer(0, 'x'),
      ...layer(1, 'h0'),
      { ...nodeOf('MatMul', ['h1', 'classifier.weight'], ['scores']), name: '/classifier/MatMul' },
      { ...nodeOf('Add', ['scores', 'classifier.bias'], ['logits']), name: '/classifier/Add' },
      nodeOf('Greater', ['logits', 'scores'], ['is_larger']),
    ],
    outputs: ['logits', 'is_larger'],
  };
}

async function show(bytes: Uint8Array): Promise<{ readonly shown: ShownModel; readonly text: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'forge-onnx-show-'));
  try {
    await writeFile(join(directory, 'model.onnx'), bytes);
    const { data, text } = await runPluginCommand(onnxShow, { words: ['model.onnx'], directory, forge: Forge });
    return { shown: data as ShownModel, text };
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('forge onnx show', () => {
  it('inputs, outputs, open axes, opset and operators', async () => {
    const { shown, text } = await show(modelOf(transformer()));
    expect(shown.inputs).to.deep.equal([{ name: 'x', dtype: 'float32', shape: ['batch', 'time', 4] }]);
    expect(shown.outputs.map(({ name }) => name)).to.deep.equal(['logits', 'is_larger']);
    expect(shown.openAxes).to.deep.equal([
      { name: 'batch', of: ['x[0]'] },
      { name: 'time', of: ['x[1]'] },
    ]);
    expect(shown.opsets).to.deep.equal({ 'ai.onnx': 21 });
    expect(shown.operators.map(({ op, count, support }) => `${op} ${count} ${support}`)).to.deep.equal([
      'MatMul 5 differentiable',
      'Add 3 differentiable',
      'LayerNormalization 2 differentiable',
      'Greater 1 no-gradient',
    ]);
    expect(text).to.include('  x  float32[batch, time, 4]').and.to.include('    MatMul 5, Add 3, LayerNormalization 2');
    expect(text).to.not.include('cannot read');
  });

  it('parameters by block, also those that are named by the exporter', async () => {
    const { shown, text } = await show(modelOf(transformer()));
    expect(shown.blocks.map(({ name, tensors, numbers }) => [name, tensors, numbers])).to.deep.equal([
      ['encoder.layer.0', 4, 40],
      ['encoder.layer.1', 4, 40],
      ['classifier', 2, 10],
    ]);
    expect(shown.blocks.reduce((sum, { share }) => sum + share, 0)).to.be.closeTo(1, 1e-12);
    expect(shown.parameters.every(({ trainable }) => trainable)).to.equal(true);
    expect(text).to.include('Parameters: 10 tensors, 90 numbers, 360 B');
    expect(text).to.match(/encoder\.layer\.0 +4 +40 +44\.4 % +160 B/);
  });

  it('values to cut at, which fromOnnx takes, and targets for LoRA without the last layer', async () => {
    const { shown, text } = await show(modelOf(transformer()));
    expect(shown.cuts.map(({ kind, name, shape }) => [kind, name, shape])).to.deep.equal([
      ['end', 'h0', ['batch', 'time', 4]],
      ['end', 'h1', ['batch', 'time', 4]],
      ['features', 'h1', ['batch', 'time', 4]],
    ]);
    expect(shown.lora).to.deep.equal([
      {
        ...{ pattern: 'encoder.layer.*.query.weight', layer: 'encoder.layer.*.query', shape: [4, 4], adapters: 128 },
        ...{ weights: ['encoder.layer.0.query.weight', 'encoder.layer.1.query.weight'], suggested: true },
      },
      {
        ...{ pattern: null, layer: 'encoder.layer.*.value', shape: [4, 4], adapters: 128 },
        ...{ weights: ['onnx::MatMul_0', 'onnx::MatMul_1'], suggested: true },
      },
    ]);
    expect(text).to.match(/onnx::MatMul_0, onnx::MatMul_1 +2 × \[4, 4\] +128 numbers at rank 8 +suggested +encoder/);
  });

  it('layers of a Sequential, and an output that is read by the last layer', async () => {
    const { shown } = await show(
      modelOf({
        inputs: { x: float32('batch', 4) },
        initializers: { 'trunk.0.weight': weights(4, 4), 'head.weight': weights(4, 2) },
        nodes: [
          { ...nodeOf('MatMul', ['x', 'trunk.0.weight'], ['hidden']), name: '/trunk/trunk.0/MatMul' },
          { ...nodeOf('Relu', ['hidden'], ['features']), name: '/trunk/trunk.1/Relu' },
          { ...nodeOf('MatMul', ['features', 'head.weight'], ['logits']), name: '/head/MatMul' },
        ],
        outputs: ['logits', 'features'],
      }),
    );
    expect(shown.cuts.map(({ kind, name, block }) => [kind, name, block])).to.deep.equal([
      ['end', 'hidden', 'trunk.0'],
      ['end', 'features', 'trunk.1'],
      ['features', 'features', 'trunk.1'],
    ]);
    expect(shown.lora.map(({ pattern }) => pattern)).to.deep.equal(['trunk.0.weight']);
  });

  it('a file that cannot be trained, with the reason', async () => {
    const parts = transformer();
    const odd = { ...nodeOf('Twist', ['h0'], ['twisted']), domain: 'com.example' };
    const { shown, text } = await show(
      modelOf({ ...parts, nodes: [...parts.nodes, odd], outputs: ['logits', 'twisted'] }),
    );
    expect(shown.operators.at(-1)).to.deep.include({ op: 'Twist', domain: 'com.example', support: 'unknown' });
    expect(text).to.match(/ {2}unknown\n {4}com\.example\.Twist 1/);
    expect(shown.blocks).to.have.length(3);
  });

  it('a file whose weights are missing, without reading them', async () => {
    const proto = decode(modelProto, modelOf(transformer()));
    const initializer = proto.graph!.initializer.map((one) => {
      return one.name === 'classifier.weight'
        ? toExternalTensor(one.name, weights(4, 2), 'gone.bin', { offset: 0, length: 32 })
        : one;
    });
    const { shown, text } = await show(encode(modelProto, { ...proto, graph: { ...proto.graph!, initializer } }));
    expect(shown.externalData).to.deep.equal([{ file: 'gone.bin', bytes: 32 }]);
    expect(shown.problem!.message).to.include('gone.bin');
    expect(shown.blocks.map(({ numbers }) => numbers)).to.deep.equal([40, 40, 10]);
    expect(text).to.include('weights in  gone.bin, 32 B').and.to.include('fromOnnx cannot read this file: The tensor');
  });

  it('refuses what is no model', async () => {
    const error = await show(Buffer.from('no model')).catch((thrown: unknown) => thrown);
    expect(isForgeError(error) && error.code).to.equal('MODEL_INVALID');
    const missing = await runPluginCommand(onnxShow, { words: ['/nowhere/model.onnx'], forge: Forge }).catch(String);
    expect(missing).to.include('cannot be read');
  });

  it('names write nothing but themselves: no control characters, no lines of their own', async () => {
    const { shown } = await show(modelOf(transformer()));
    const lines = renderModel(shown).split('\n').length;
    const hostile = fc.array(fc.constantFrom('\x1b[2J', '\x9b1m', '\x7f', '\u202e', '\u200b', '\r', '\n', 'x'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(hostile, (parts) => {
        const text = renderModel(renamed(shown, parts.join('')) as ShownModel);
        expect(text).to.not.match(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
        expect(text.split('\n').length).to.be.within(lines - 5, lines + 8);
      }),
      { numRuns: 50 },
    );
  });
});

/** A copy with a text in each name. */
function renamed(value: unknown, text: string): unknown {
  if (typeof value === 'string')
    return ['end', 'features', 'differentiable', 'no-gradient'].includes(value) ? value : `${value}${text}`;
  if (Array.isArray(value)) return value.map((item) => renamed(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, text)]));
}
