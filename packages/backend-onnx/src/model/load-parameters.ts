import { fileURLToPath } from 'node:url';
import { readTensorFile } from '@forge-ml/core/node';
import {
  bytesPerElement,
  checkOptions,
  ForgeError,
  type NamedTensors,
  shownValue,
  type TensorData,
} from '@forge-ml/core/plugin';

export interface LoadParametersOptions {
  /** The model's name for a tensor of the file, or null to omit it. */
  rename?(name: string): string | null;
  /**
   * The layout of convolution kernels in the file: `channelsFirst`, [filters, channels, height, width], as in this
   * backend; or `channelsLast`, [height, width, channels, filters], as in TensorFlow.js and Keras: every tensor called
   * `kernel` of three dimensions or more is then transposed.
   */
  readonly kernels?: 'channelsFirst' | 'channelsLast';
}

/**
 * Reads initial values for a model from a safetensors file, for example the `parameters.safetensors` of a checkpoint of any backend, if its layers have the same names.
 *
 * ```ts
 * export default defineModel({
 *   files: ['./parameters.safetensors'],
 *   flags: {},
 *   load: async () => ({
 *     …,
 *     parameters: await loadParameters(new URL('./parameters.safetensors', import.meta.url)),
 *   }),
 * });
 * ```
 *
 * Dense kernels, biases, embeddings and norms are the same in all backends; for convolutions see `kernels`. A dense layer on
 * flattened images has a row for each pixel and channel: a model with its channels first must put them last
 * (`transpose(x, [0, 2, 3, 1])`) before it flattens, to read the rows of one with its channels last. List the file in
 * the config's `files`, so that the run stores a copy of it.
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM
 */
export async function loadParameters(file: string | URL, options: LoadParametersOptions = {}): Promise<NamedTensors> {
  checkOptions(options, ['rename', 'kernels'], { of: 'loadParameters' });
  const { rename = (name) => name, kernels = 'channelsFirst' } = options;
  if (kernels !== 'channelsFirst' && kernels !== 'channelsLast') {
    throw new ForgeError(
      'MODEL_INVALID',
      `loadParameters: kernels is channelsFirst or channelsLast, not ${shownValue(kernels)}.`,
      {
        about: 'kernels',
      },
    );
  }
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const loaded = new Map<string, TensorData>();
  for (const [name, value] of await readTensorFile(path)) {
    const wanted = rename(name);
    if (wanted === null) continue;
    if (loaded.has(wanted)) {
      throw new ForgeError('DATA_INVALID', `Two tensors of ${path} would be named ${wanted}.`, {
        about: wanted,
        hint: 'Return different names from rename, or null to omit one.',
      });
    }
    const isKernel = kernels === 'channelsLast' && value.shape.length > 2 && /(^|\/)kernel$/.test(name);
    loaded.set(wanted, isKernel ? channelsFirst(value) : value);
  }
  return loaded;
}

/** The shape that a kernel [...window, channels, filters] has with its channels first: [filters, channels, ...window]. */
export function channelsFirstShape(shape: readonly number[]): readonly number[] {
  return [shape.at(-1)!, shape.at(-2)!, ...shape.slice(0, -2)];
}

function channelsFirst({ dtype, shape, bytes }: TensorData): TensorData {
  const [filters, channels] = channelsFirstShape(shape) as [number, number];
  const positions = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const width = bytesPerElement[dtype];
  const transposed = new Uint8Array(bytes.length);
  for (let position = 0; position < positions; position++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let filter = 0; filter < filters; filter++) {
        const from = ((position * channels + channel) * filters + filter) * width;
        transposed.set(
          bytes.subarray(from, from + width),
          ((filter * channels + channel) * positions + position) * width,
        );
      }
    }
  }
  return { dtype, shape: channelsFirstShape(shape), bytes: transposed };
}
