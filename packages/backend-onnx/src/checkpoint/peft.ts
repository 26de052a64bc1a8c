import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTensorFile } from '@forge-ml/core/node';
import { type Exporter, ForgeError, type TensorData } from '@forge-ml/core/plugin';
import { adapterShapes } from '../finetune/lora/adapter-weights.js';
import type { AdaptersDescription } from '../finetune/lora/lora.js';
import { isAdapted, readAdapters } from './read-adapted.js';

/** The files of an adapter, as Hugging Face's PEFT names them. */
const weightsName = 'adapter_model.safetensors';
const configName = 'adapter_config.json';
/** What PEFT writes before the names of a model's weights. */
const prefix = 'base_model.model.';

export const peftExporter: Exporter = {
  description: `A folder with the adapter alone, as PEFT of Hugging Face reads it: ${weightsName} and ${configName}.`,
  async export({ checkpointFolder, out }) {
    const { state, base, adapters } = await trainedAdapters(checkpointFolder);
    const [description, other] = adapters;
    if (description === undefined || other !== undefined) throw severalModels(adapters.length);
    const own = adapterTensors(description, state);
    const hashes = new Set(base.files.map(({ hash }) => hash));
    const wholes = [...state].filter(([name]) => !own.has(name) && !hashes.has(name));
    await mkdir(out);
    const tensors = [...own, ...wholes].map(([name, value]) => [`${prefix}${name}`, value] as const);
    await writeTensorFile(join(out, weightsName), new Map(tensors), new Map([['format', 'pt']]));
    const config = peftConfig(
      description,
      wholes.map(([name]) => name),
    );
    await writeFile(join(out, configName), `${JSON.stringify(config, null, 2)}\n`);
  },
};

/** @throws ForgeError ABILITY_MISSING for a checkpoint of a whole model */
export async function trainedAdapters(checkpointFolder: string): ReturnType<typeof readAdapters> {
  if (await isAdapted(checkpointFolder)) return readAdapters(checkpointFolder);
  throw new ForgeError('ABILITY_MISSING', `The checkpoint ${checkpointFolder} has no adapters.`, {
    about: 'lora',
    hint: 'Train with fromOnnx and its option lora, or export the whole model: --format onnx.',
  });
}

/** The weights of adapters, by their names. */
export function adapterTensors(
  { rank, adapters }: AdaptersDescription,
  state: ReadonlyMap<string, TensorData>,
): ReadonlyMap<string, TensorData> {
  const names = adapters.flatMap((adapter) => Object.values(adapterShapes(adapter, rank)).map(({ name }) => name));
  return new Map(names.flatMap((name) => (state.has(name) ? [[name, state.get(name)!] as const] : [])));
}

/** @param wholes names of the parameters that were trained as a whole */
function peftConfig({ rank, alpha, dropout, adapters }: AdaptersDescription, wholes: readonly string[]) {
  const modules = new Set(wholes.map((name) => name.replace(/[./][^./]*$/, '')));
  return {
    peft_type: 'LORA',
    task_type: null,
    base_model_name_or_path: null,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: dropout,
    target_modules: adapters.map(({ name }) => name),
    modules_to_save: modules.size === 0 ? null : [...modules],
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    use_rslora: false,
  };
}

function severalModels(count: number): ForgeError {
  return new ForgeError('ABILITY_MISSING', `The run adapts ${count} models, and PEFT has one adapter in a folder.`, {
    about: 'peft',
    hint: 'Export all parameters: --format safetensors.',
  });
}
