import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilePlace, ParametersFile } from '../backend/backend.js';
import { parametersName } from '../checkpoint/store/checkpoint-files.js';
import { ForgeError } from '../errors/forge-error.js';
import { isMissing } from '../fs/fs-error.js';
import type { Exporter } from '../plugins/contract/exporter.js';
import type { Predictor } from '../plugins/contract/predictor.js';
import { type Batch, tensor } from '../tensor/tensor-data.js';
import { arrayOf } from './toy-model.js';
import { centre, forward, type Layer } from './toy-network.js';

/** The toy model as a file next to the parameters that it refers to: the smallest complete example of a model file. */
export const toyModelFile = 'model.toy';

interface ToyModelFile {
  readonly inputs: string;
  /** The file of the parameters; omitted if their bytes are in this file. */
  readonly location?: string;
  readonly mean: FilePlace | string;
  readonly layers: readonly (Pick<Layer, 'inputs' | 'outputs'> & {
    readonly weights: FilePlace | string;
    readonly bias: FilePlace | string;
  })[];
}

export function describeToyModel(
  inputs: string,
  layers: readonly Layer[],
  { name: location, places }: ParametersFile,
): Uint8Array {
  const file: ToyModelFile = {
    inputs,
    location,
    mean: places.get('inputs.mean')!,
    layers: layers.map(({ inputs, outputs }, index) => {
      const at = (kind: string) => places.get(`layer${index}.${kind}`)!;
      return { inputs, outputs, weights: at('weights'), bias: at('bias') };
    }),
  };
  return Buffer.from(JSON.stringify(file));
}

export const toyExporter: Exporter = {
  description: 'One file that includes the parameters.',
  async export({ checkpointFolder, out }) {
    const { location: _, ...file } = await readModel(checkpointFolder);
    const read = await partsOf(checkpointFolder);
    const inside = (place: FilePlace | string) => Buffer.from(read(place)).toString('base64');
    const layers = file.layers.map((layer) => {
      return { ...layer, weights: inside(layer.weights), bias: inside(layer.bias) };
    });
    await writeFile(out, JSON.stringify({ ...file, mean: inside(file.mean), layers }));
  },
};

export const toyFolderExporter: Exporter = {
  description: 'A folder with the model and its parameters.',
  predicts: true,
  async export({ checkpointFolder, out }) {
    await readModel(checkpointFolder);
    await mkdir(out);
    // Not by the name in the model, which could lead out of the folder.
    for (const name of [toyModelFile, parametersName]) await copyFile(join(checkpointFolder, name), join(out, name));
  },
};

export const toyPredictor: Predictor = {
  async open({ checkpointFolder }) {
    const file = await readModel(checkpointFolder);
    const read = await partsOf(checkpointFolder);
    const numbers = (place: FilePlace | string) => new Float32Array(read(place).slice().buffer);
    const layers = file.layers.map((layer) => {
      return { ...layer, weights: numbers(layer.weights), bias: numbers(layer.bias) };
    });
    const mean = numbers(file.mean);
    const predict = (batch: Batch): Batch => {
      const x = arrayOf(batch, file.inputs, layers[0]!.inputs);
      const { outputs } = forward(layers, centre(new Float32Array(x.bytes.slice().buffer), mean), null);
      const width = layers.at(-1)!.outputs;
      return { outputs: tensor(outputs, [outputs.length / width, width]) };
    };
    return { predict, dispose() {} };
  },
};

async function readModel(folder: string): Promise<ToyModelFile> {
  try {
    return JSON.parse(await readFile(join(folder, toyModelFile), 'utf8')) as ToyModelFile;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ForgeError('ABILITY_MISSING', `${folder} has no ${toyModelFile}.`, {
      about: folder,
      hint: 'Choose a run of the toy backend.',
    });
  }
}

async function partsOf(folder: string): Promise<(place: FilePlace | string) => Uint8Array> {
  const bytes = new Uint8Array(await readFile(join(folder, parametersName)));
  return (place) =>
    typeof place === 'string'
      ? Uint8Array.from(Buffer.from(place, 'base64'))
      : bytes.subarray(place.offset, place.offset + place.length);
}
