import { resolve } from 'node:path';
import { flag } from '@forge-ml/core';
import { readTensorFile, writeTensorFile } from '@forge-ml/core/node';
import {
  type CommandRequest,
  type CommandResult,
  elements,
  ForgeError,
  type PluginCommand,
  type TensorData,
} from '@forge-ml/core/plugin';
import { inFile, readModel } from '@forge-ml/onnx';
import type { NamedTensor } from '../runtime/protocol.js';
import { GraphRunner } from '../session/graph-runner.js';
import { startRuntime } from '../session/start-runtime.js';
import { type LossGradients, type LossRequest, lossGradients, lossKinds } from './loss-gradients.js';

/** `forge onnx:grad`: the loss of a model on some examples and its gradients, to compare with another framework's. */
export const onnxGrad: PluginCommand = {
  summary: 'Compute the loss of an ONNX model on given examples, and its gradients; dropout is off.',
  words: [{ name: 'model', required: true, description: 'The .onnx file.' }],
  flags: {
    loss: flag.string(
      null,
      'Loss: cross-entropy or mse of the logits and the tensor "target"; or output:NAME, a number that the model computes.',
    ),
    logits: flag.string(null, 'Output, or any value by its name, to compute the loss of. Default: the only output.'),
    data: flag.string(null, 'Safetensors file with the inputs by name, and "target".'),
    outputs: flag.string(null, 'Values of the model to write too, as "output/NAME": names with commas between them.'),
    out: flag.string(null, 'Safetensors file to write: "loss", and a gradient for each trainable initializer.'),
  },
  run,
};

async function run({ words, flags, directory }: CommandRequest): Promise<CommandResult> {
  const path = resolve(directory, words[0]!);
  const loss = lossOf(required(flags, 'loss', lossWords));
  const outputs = namesIn(flags.outputs);
  const dataPath = resolve(directory, required(flags, 'data', 'FILE.safetensors'));
  const out = resolve(directory, required(flags, 'out', 'FILE.safetensors'));
  const model = await readModel(path);
  const data = { path: dataPath, tensors: await readTensorFile(dataPath) };
  const results = await inFile(path, async () => {
    const logits = (flags.logits as string | null) ?? null;
    return compute(lossGradients(model, { loss, logits, outputs }, data));
  });
  await writeTensorFile(out, new Map(results));
  const value = Number(elements(new Map(results).get('loss')!)[0]);
  const count = results.length - 1 - outputs.length;
  const gradients = results.map(([name]) => name).slice(1, 1 + count);
  const found = `${count} gradient${count === 1 ? '' : 's'}`;
  const shown = outputs.length === 0 ? '' : ` and ${outputs.length} output${outputs.length === 1 ? '' : 's'}`;
  return {
    data: { loss: value, gradients, ...(outputs.length === 0 ? {} : { outputs }), out },
    text: `Loss ${value.toPrecision(7)}; ${found}${shown} in ${out}.`,
  };
}

const lossWords = [...lossKinds, 'output:NAME'].join(', ').replace(/, (?=[^,]*$)/, ' or ');

/** @throws ForgeError USAGE */
function lossOf(given: string): LossRequest['loss'] {
  const kind = lossKinds.find((one) => one === given);
  if (kind) return kind;
  const value = /^output:(.+)$/s.exec(given)?.[1];
  if (value !== undefined) return { value };
  throw new ForgeError('USAGE', `There is no loss ${given}.`, { about: 'loss', hint: `Give --loss ${lossWords}.` });
}

function namesIn(list: unknown): readonly string[] {
  const names = typeof list === 'string' ? list.split(',').map((name) => name.trim()) : [];
  return [...new Set(names.filter((name) => name !== ''))];
}

async function compute({ graph, names, parameters, feeds }: LossGradients): Promise<NamedTensor[]> {
  const { worker } = await startRuntime({ engine: 'cpu', searchFrom: [] });
  try {
    const session = worker.newSession();
    await worker.setParameters(session, parameters);
    const runner = new GraphRunner({ worker, session, name: 'compute gradients', graph });
    const given = Array.from(feeds, ([name, tensor]): NamedTensor => [name, copyOf(tensor)]);
    const { tensors } = await runner.run(given, Object.fromEntries(feeds));
    return tensors.map(([name, tensor]) => [names.get(name)!, tensor]);
  } finally {
    await worker.end();
  }
}

/** Memory that is passed to the worker is transferred, so the caller's tensors are copied. */
function copyOf(tensor: TensorData): TensorData {
  return { ...tensor, bytes: tensor.bytes.slice() };
}

function required(flags: CommandRequest['flags'], name: string, value: string): string {
  const given = flags[name];
  if (typeof given === 'string' && given !== '') return given;
  throw new ForgeError('USAGE', `onnx:grad requires --${name}.`, { about: name, hint: `Give --${name} ${value}.` });
}
