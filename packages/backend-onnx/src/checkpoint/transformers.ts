import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Exporter, type FittedPreparation, ForgeError } from '@forge-ml/core/plugin';
import { decode, encode, type GraphProto, modelProto } from '@forge-ml/onnx/proto';
import { transformersName } from '../model/inference-model.js';
import { exportedBytes } from './exporters.js';
import { transformersConfig } from './transformers-config.js';
import { transformersGraph } from './transformers-graph.js';

export const transformersExporter: Exporter = {
  description:
    'A folder as Hugging Face has models, for transformers.js and Optimum: onnx/model.onnx, config.json and the tokenizer.',
  options: ['opset'],
  predicts: true,
  async export(request) {
    const { out, runFolder } = request;
    const preparation = (await request.preparation?.()) ?? null;
    if (!Object.hasOwn(preparation?.files ?? {}, 'tokenizer.json')) throw noTokenizer();
    const model = decode(modelProto, await exportedBytes(request));
    const graph = transformersGraph(model.graph!, logitsOf(model.graph!, preparation!));
    const config = await transformersConfig(runFolder, preparation!);
    await mkdir(dirname(join(out, transformersName)), { recursive: true });
    await writeFile(join(out, transformersName), encode(modelProto, { ...model, graph }));
    await writeFile(join(out, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
    for (const [name, text] of Object.entries(preparation!.files)) await writeFile(join(out, name), text);
  },
};

/** The output with what the run's target is compared with; undefined where the run has no target, or several. */
function logitsOf({ output }: GraphProto, { targets }: FittedPreparation): string | undefined {
  const names = output.map(({ name }) => name);
  if (targets.length !== 1 || names.includes('logits')) return undefined;
  const [target] = targets;
  const named = [...(target!.outputs ?? []), target!.name].find((name) => names.includes(name));
  return named ?? (names.length === 1 ? names[0] : undefined);
}

function noTokenizer(): ForgeError {
  return new ForgeError('ABILITY_MISSING', 'The run stores no tokenizer, which models for transformers.js need.', {
    about: 'tokenizer',
    hint: 'Train with tokenize(tokenizer) of @forge-ml/data in prepare({ … }), or export for other runtimes: --format onnx-folder.',
  });
}
