import { ForgeError } from '@forge-ml/core/plugin';
import { type Model, readModel } from '@forge-ml/onnx';
import { baseFile } from '../finetune/lora/base-file.js';
import type { BaseDescription } from '../model/inference-model.js';
import { storedFiles } from './stored-files.js';

type DescribedFile = BaseDescription['files'][number];

/**
 * Reads the base model of adapters: from the code that the run stores, else from where it was read in training.
 * @param wanted the bytes of its hash, see BaseFile
 * @throws ForgeError ABILITY_MISSING where it is not found
 */
export async function readBase(described: DescribedFile, wanted: Uint8Array, runFolder: string): Promise<Model> {
  const { sha256, path } = described;
  const stored = sha256 === undefined ? [] : await storedFiles(runFolder);
  const ofHash = stored.filter(({ checksum }) => checksum === `sha256:${sha256}`).map((file) => file.path);
  const paths = sha256 === undefined ? [] : [...ofHash, ...(path ? [path] : [])];
  for (const candidate of paths) {
    const external: string[] = [];
    const onFileRead = (file: string, partOf?: string) => {
      if (partOf !== undefined) external.push(file);
    };
    try {
      const model = await readModel(candidate, { lazy: true, onFileRead });
      const { hash } = await baseFile(candidate, external, { adapters: '', constants: new Map() });
      if (Buffer.compare(hash.initial.bytes, wanted) === 0) return model;
    } catch (error) {
      // The next one may be readable.
      if (candidate === paths.at(-1) && candidate !== path) throw error;
    }
  }
  throw new ForgeError('ABILITY_MISSING', `The base model of these adapters is not in the run${where(path)}.`, {
    about: 'base',
    hint: "List the model file in the config's files, so that the run stores it. Adapters alone need no base: --format safetensors, or peft.",
  });
}

function where(path: string | undefined): string {
  return path === undefined ? '' : `, and ${path} is not it`;
}
