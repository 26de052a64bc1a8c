import { fileURLToPath } from 'node:url';
import { noteFileRead } from '@forge-ml/core/node';
import { checkOptions } from '@forge-ml/core/plugin';
import { inFile, invalidModel, type Model, readModel } from '@forge-ml/onnx';
import type { Value } from '@forge-ml/onnx/graph';
import { rebuild, walk } from '@forge-ml/onnx/graph';
import type { OnnxBatch, OnnxContext, OnnxModel, OnnxOutputs } from '../model/onnx-model.js';
import { adam } from '../optimizers/adam.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { bindInputs, checkInputMap, type InputMap } from './bind-inputs.js';
import { ownParameters } from './own-parameters.js';
import type { Trainable } from './trainable.js';
import { type BatchNormMode, modeOf } from './training-mode.js';

export interface FromOnnxOptions<Features extends OnnxOutputs = Value, Outputs extends OnnxOutputs = Features> {
  /** The scalar loss to minimize. */
  loss(batch: OnnxBatch, outputs: Outputs, context: OnnxContext): Value;
  /** Numbers to report beside the loss: scalars. */
  stats?(batch: OnnxBatch, outputs: Outputs, context: OnnxContext): Record<string, Value>;
  /** adam(0.001) by default. */
  readonly optimizer?: Optimizer;
  /**
   * Which of the file's parameters are trained, by names with `*` (`['head.*', '*.bias']`) or a function; all by
   * default, none for `[]`. The others keep their values. Layers of a `head` are trained anyway.
   */
  readonly trainable?: Trainable;
  /**
   * By the model's input: the array of the batch that goes in, or a function of the batch, as
   * `{ pixels: ({ images }, context) => channelsFirst()(images, context) }`. Inputs not named here read the array of
   * their own name; whole numbers are converted to the input's dtype.
   */
  readonly inputs?: InputMap;
  /**
   * What the model gives: the name of an output, or of any value between the nodes of the file, to cut it there;
   * several by name. The file's outputs by default: one is a value, several are values by name.
   */
  readonly outputs?: string | readonly string[];
  /** Own layers on top of the outputs: a new last layer for other classes, say. */
  head?(features: Features, context: OnnxContext): Outputs;
  /**
   * Which batch norms work by the batch's statistics, and keep their running ones, while training: those whose scale
   * and bias are not both frozen (`trained`, the default), `all` or `none`.
   */
  readonly batchNorm?: BatchNormMode;
  /** As in OnnxModel; the head is added as `head`. */
  readonly artefacts?: Record<string, unknown>;
}

const fromOnnxOptions = [
  'loss',
  'stats',
  'optimizer',
  'trainable',
  'inputs',
  'outputs',
  'head',
  'batchNorm',
  'artefacts',
];

/**
 * A model to fine-tune out of an .onnx file, of any exporter: its parameters keep their names, batch norm and
 * dropout work as they should in training and in inference, and LSTM, GRU and RNN have gradients.
 *
 * ```ts
 * export default defineModel({
 *   files: ['./model.onnx'],
 *   flags: {},
 *   load: (_flags, { classes }: LoadedData & { classes: number }) => {
 *     const head = sequential(dense(classes));
 *     return fromOnnx(new URL('./model.onnx', import.meta.url), {
 *       inputs: { pixels: 'images' },
 *       outputs: 'features',
 *       head,
 *       trainable: ['layer4.*'],
 *       loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels),
 *       optimizer: adam(1e-4),
 *     });
 *   },
 * });
 * ```
 *
 * List the file in the config's `files` and name it relative to the config, as above: then the run keeps a copy of it
 * beside the config, and loads without the project. Tensors that it keeps in a second file are stored with it.
 * PyTorch should write it with `dynamo=False, training=TrainingMode.TRAINING, do_constant_folding=False`, or its
 * batch norms are gone.
 * @param file its path or URL, or its bytes where it stands alone
 * @throws ForgeError MODEL_INVALID naming the file and the node, tensor, input or pattern at fault; FILE_SYSTEM.
 */
export async function fromOnnx<Features extends OnnxOutputs = Value, Outputs extends OnnxOutputs = Features>(
  file: string | URL | Uint8Array,
  options: FromOnnxOptions<Features, Outputs>,
): Promise<OnnxModel<Outputs>> {
  checkOptions(options, fromOnnxOptions, { of: 'fromOnnx', synonyms: { metrics: 'stats', freeze: 'trainable' } });
  const source = file instanceof URL ? fileURLToPath(file) : file;
  const imported = await readModel(source, { onFileRead: (path, partOf) => noteFileRead(path, 'fromOnnx', partOf) });
  const prepare = () => prepared(imported, options);
  const { wanted, reads, own } = typeof source === 'string' ? await inFile(source, prepare) : prepare();
  const { head, inputs = {}, batchNorm = 'trained', optimizer = adam(0.001), stats } = options;

  const run = (batch: OnnxBatch, context: OnnxContext): Features => {
    const bound = bindInputs(reads, inputs, batch, context);
    const { outputs } = rebuild(
      { inputs: [], outputs: wanted },
      {
        substitute: (value) => own.inPlaceOf.get(value) ?? bound.get(value),
        rewrite: modeOf(context, batchNorm, own.runningMeans),
      },
    );
    const read = new Set(walk(outputs.values()).parameters);
    for (const parameter of own.all) if (read.has(parameter)) context.adopt(parameter);
    const isOne = options.outputs === undefined ? outputs.size === 1 : typeof options.outputs === 'string';
    return (isOne ? [...outputs.values()][0]! : Object.fromEntries(outputs)) as Features;
  };
  return {
    predict(batch, context) {
      const features = run(batch, context);
      return head ? head(features, context) : (features as OnnxOutputs as Outputs);
    },
    loss: (batch, outputs, context) => options.loss(batch, outputs, context),
    ...(stats
      ? { stats: (batch: OnnxBatch, outputs: Outputs, context: OnnxContext) => stats(batch, outputs, context) }
      : {}),
    optimizer,
    artefacts: { ...(head ? { head } : {}), ...options.artefacts },
  };
}

/** What the model gives, what it reads for that, and the parameters in it. */
function prepared(
  imported: Model,
  { inputs = {}, outputs, trainable }: Pick<FromOnnxOptions, 'inputs' | 'outputs' | 'trainable'>,
) {
  const wanted = wantedValues(imported, outputs);
  checkInputMap(imported.inputs, inputs);
  return {
    wanted,
    reads: walk(wanted.values()).inputs,
    own: ownParameters(wanted.values(), imported.parameters.values(), imported.values, trainable),
  };
}

function wantedValues(model: Model, asked: string | readonly string[] | undefined) {
  if (asked === undefined) return model.outputs;
  const names = typeof asked === 'string' ? [asked] : asked;
  return new Map(
    names.map((name) => {
      const value = model.outputs.get(name) ?? model.values.get(name);
      if (value) return [name, value];
      const outputs = [...model.outputs.keys()].map((output) => `"${output}"`).join(', ');
      const hint = `Its outputs are ${outputs}; what lies between its nodes has the names that the file gives it.`;
      throw invalidModel(`The model makes nothing that is called "${name}".`, name, hint);
    }),
  );
}
