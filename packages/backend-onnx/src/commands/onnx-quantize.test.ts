import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Forge } from '@forge-ml/core';
import { isForgeError, tensor } from '@forge-ml/core/plugin';
import { runPluginCommand } from '@forge-ml/core/testing';
import type { QuantizeReport } from '@forge-ml/onnx';
import { expect } from 'chai';
import { float32, modelOf, nodeOf } from '../finetune/model-file.test.support.js';
import { onnxQuantize } from './onnx-quantize.js';

const waves = (...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(at)),
    shape,
  );

const model = modelOf({
  inputs: { x: float32('batch', 64) },
  initializers: { 'up.weight': waves(64, 128), 'head.weight': waves(128, 32) },
  nodes: [nodeOf('MatMul', ['x', 'up.weight'], ['hidden']), nodeOf('MatMul', ['hidden', 'head.weight'], ['y'])],
  outputs: ['y'],
});

describe('forge onnx quantize', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-onnx-quantize-'));
    await writeFile(join(folder, 'model.onnx'), model);
  });
  after(() => rm(folder, { recursive: true }));

  const quantize = (
    flags: Readonly<Record<string, unknown>>,
    lists: Readonly<Record<string, readonly string[]>> = {},
  ) =>
    runPluginCommand(onnxQuantize, {
      words: ['model.onnx'],
      flags,
      lists: { include: [], exclude: [], ...lists },
      directory: folder,
      forge: Forge,
    });

  it('prints sizes, the largest error and the file', async () => {
    const { text } = await quantize({ out: 'small.onnx' });
    expect(text.split('\n')).to.deep.equal([
      'Quantized 2 weights to 4 bits: 49.3 kB before, 8.43 kB after.',
      'Largest relative error: 5.8 %, of "up.weight".',
      `Wrote ${join(folder, 'small.onnx')}.`,
    ]);
  });

  it('takes patterns', async () => {
    const { text, data } = await quantize({ bits: '8', symmetric: true, out: 'patterns.onnx' }, { exclude: ['head*'] });
    expect(text).to.match(/^Quantized 1 weight to 8 bits; 1 kept as they are: /);
    expect((data as QuantizeReport).weights.map(({ name }) => name)).to.deep.equal(['up.weight']);
  });

  it('overwrites a file only with --force', async () => {
    await quantize({ out: 'twice.onnx' });
    const error: unknown = await quantize({ out: 'twice.onnx' }).catch((reason: unknown) => reason);
    expect(isForgeError(error) && error.code).to.equal('USAGE');
    expect((await quantize({ out: 'twice.onnx', force: true })).text).to.match(/^Quantized/);
  });

  it('requires --out', async () => {
    const error: unknown = await quantize({}).catch((reason: unknown) => reason);
    expect(isForgeError(error) && `${error.message} ${error.hint}`).to.equal(
      'onnx quantize requires --out. Give --out FILE.onnx.',
    );
  });
});
