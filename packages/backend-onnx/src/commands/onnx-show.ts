import { resolve } from 'node:path';
import type { CommandRequest, CommandResult, PluginCommand } from '@forge-ml/core/plugin';

/** `forge onnx show`: what is in a model file, and what can be done with it. */
export const onnxShow: PluginCommand = {
  summary: 'Show what is in an ONNX file: inputs, operators, parameters, values to cut at, targets for LoRA.',
  description:
    'Reads files that cannot be trained, too, and no weights that are in other files. Everything is in the output of --json.',
  examples: ['forge onnx show model.onnx', 'forge onnx show model.onnx --json'],
  words: [{ name: 'file', required: true, description: 'The .onnx file.' }],
  flags: {},
  run,
};

async function run({ words, directory }: CommandRequest): Promise<CommandResult> {
  // Imported here, because a help page needs none of it.
  const { showFile } = await import('./show/show-file.js');
  const { renderModel } = await import('./show/render-model.js');
  const data = await showFile(resolve(directory, words[0]!));
  return { data, text: renderModel(data) };
}
