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
import { type LossGradients, type LossKind, lossGradients, lossKinds } from './loss-gradients.js';

/** `forge onnx:grad`: the loss of a model on some examples and its gradients, to compare with another framework's. */
export const onnxGrad: PluginCommand = {
  summary: 'Compute the loss of an ONNX model on given examples, and its gradients; dropout is off.',
  words: [{ name: 'model', required: true, description: 'The .onnx file.' }],
  flags: {
    loss: flag.string(null, 'Loss function of the logits and the tensor "target".', { choices: lossKinds }),
    logits: flag.string(null, 'Output, or any value by its name, to compute the loss of. Default: the only output.'),
    data: flag.string(null, 'Safetensors file with the inputs by name, and "target".'),
    out: flag.string(null, 'Safetensors file to write: "loss", and a gradient for each trainable initializer.'),
  },
  run,
};

async function run({ words, flags, directory }: CommandRequest): Promise<CommandResult> {
  const path = resolve(directory, words[0]!);
  const kind = required(flags, 'loss', lossKinds.join(' or ')) as LossKind;
  const dataPath = resolve(directory, required(flags, 'data', 'FILE.safetensors'));
  const out = resolve(directory, required(flags, 'out', 'FILE.safetensors'));
  const model = await readModel(path);
  const data = { path: dataPath, tensors: await readTensorFile(dataPath) };
  const results = await inFile(path, async () => {
    return compute(lossGradients(model, kind, (flags.logits as string | null) ?? null, data));
  });
  await writeTensorFile(out, new Map(results));
  const loss = Number(elements(new Map(results).get('loss')!)[0]);
  const count = results.length - 1;
  return {
    data: { loss, gradients: results.flatMap(([name]) => (name === 'loss' ? [] : [name])), out },
    text: `Loss ${loss.toPrecision(7)}; ${count} gradient${count === 1 ? '' : 's'} in ${out}.`,
  };
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
