import { fileURLToPath } from 'node:url';
import { noteFileRead } from '@forge-ml/core/node';
import { adam, checkOptions, matchesPattern, sizeOf } from '@forge-ml/core/plugin';
import { inFile, invalidModel, type Model, readModel } from '@forge-ml/onnx';
import type { ConstantValue, Node, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { isTyped, isUnpacked, parameter, rebuild, walk } from '@forge-ml/onnx/graph';
import type { OneLossModel, OnnxBatch, OnnxContext, OnnxOutputs } from '../model/onnx-model.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { bindInputs, checkInputMap, type InputMap } from './bind-inputs.js';
import { axesOfCalls, type Calls, checkCalls, outputOfCall } from './calls.js';
import { exportedGraph } from './exported-file.js';
import { baseFile } from './lora/base-file.js';
import { chooseAdapters } from './lora/choose-adapters.js';
import { Lora } from './lora/lora.js';
import { checkLora, type LoraOptions } from './lora/lora-options.js';
import { inFloat32, inSinglePrecision, masterWeights } from './master-weights.js';
import { openAxes } from './open-axes.js';
import { ownParameters } from './own-parameters.js';
import type { Trainable } from './trainable.js';
import { trainableWarnings } from './trainable-warnings.js';
import { type BatchNormMode, modeOf } from './training-mode.js';

export interface FromOnnxOptions<Features extends OnnxOutputs = Value, Outputs extends OnnxOutputs = Features> {
  /** The scalar loss to minimize. */
  loss(batch: OnnxBatch, outputs: Outputs, context: OnnxContext): Value;
  /** Scalars to report along with the loss. */
  stats?(batch: OnnxBatch, outputs: Outputs, context: OnnxContext): Record<string, Value>;
  /** adam(0.001) by default. */
  readonly optimizer?: Optimizer;
  /**
   * Which of the file's parameters are trained, by names with `*` (`['head.*', '*.bias']`) or a function; all by
   * default, none for `[]`. The others keep their values. Layers of a `head` are always trained.
   */
  readonly trainable?: Trainable;
  /**
   * Adapts the model by low-rank adapters instead of training its own parameters: only they, what `also` names, and
   * layers of a `head` are trained and saved. The model's own weights stay in its file.
   */
  readonly lora?: LoraOptions;
  /** Parameters that are not trained, layers of a `head` too: as in OnnxModel. */
  readonly freeze?: string | readonly string[];
  /**
   * By the model's input: the name of the batch's array for it, or a function of the batch, such as
   * `{ pixels: ({ images }, context) => channelsFirst()(images, context) }`. Inputs not named here read the array of the same name; integers are converted to the input's dtype.
   */
  readonly inputs?: InputMap;
  /**
   * The model's outputs: the name of an output of the file, or of any intermediate value, to cut the model there; a
   * list of names gives values by name. Default: the file's outputs, a value if there is only one.
   */
  readonly outputs?: string | readonly string[];
  /** Layers on top of the outputs, for example a new last layer for other classes. */
  head?(features: Features, context: OnnxContext): Outputs;
  /**
   * Which batch norms use the batch's statistics, and update their running ones, while training: those whose scale and
   * bias are not both frozen (`trained`, the default), `all` or `none`.
   */
  readonly batchNorm?: BatchNormMode;
  /**
   * Axes of the batch's arrays that may differ from batch to batch, as in OnnxModel. Default: those that the file leaves
   * open, for arrays that are given to its inputs as they are, and for other arrays (targets for each position) axes that
   * are as long as one of those in the first batch.
   */
  readonly axes?: OneLossModel['axes'];
  /** As in OnnxModel. */
  readonly recompute?: OneLossModel['recompute'];
  /** As in OnnxModel. */
  readonly mixedPrecision?: OneLossModel['mixedPrecision'];
  /** As in OnnxModel. */
  readonly metrics?: OneLossModel['metrics'];
  /** As in OnnxModel; the head is added as `head`. */
  readonly artefacts?: Record<string, unknown>;
  /** See FromOnnxCallsOptions. */
  readonly calls?: undefined;
}

/** Options of a model that reads several things of each example with the same weights, such as the two texts of a pair. */
export interface FromOnnxCallsOptions<Features extends OnnxOutputs = Value, Name extends string = string>
  extends Omit<FromOnnxOptions<Features, Record<Name, Value>>, 'head' | 'calls'> {
  /**
   * By a name of each call of the model: its `inputs`, in addition to those of all calls. `loss` and `metrics` get the
   * output of each call by this name. An exported file is that of one call.
   */
  readonly calls: Calls<Name>;
  /** Layers on top of the outputs of each call. */
  head?(features: Features, context: OnnxContext): Value;
}

/** What both have, and either of their forms of `head` and `calls`. */
type AnyOptions<Features extends OnnxOutputs, Outputs extends OnnxOutputs> = Omit<
  FromOnnxOptions<Features, Outputs>,
  'head' | 'calls'
> & { readonly calls?: Calls | undefined; head?(features: Features, context: OnnxContext): OnnxOutputs };

const fromOnnxOptions = [
  'loss',
  'stats',
  'optimizer',
  'trainable',
  'lora',
  'freeze',
  'inputs',
  'calls',
  'outputs',
  'head',
  'batchNorm',
  'axes',
  'recompute',
  'mixedPrecision',
  'metrics',
  'artefacts',
];

/**
 * Reads a model to fine-tune from an .onnx file, of any exporter: its parameters keep their names, batch norm and dropout have their modes for training and inference, and LSTM, GRU and RNN have gradients.
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
 * List the file in the config's `files` and name it relative to the config, as above: then the run stores a copy of it next to the config, and loads without the project. External data files are stored too.
 * Export it from PyTorch with `dynamo=False, training=TrainingMode.TRAINING, do_constant_folding=False`, or its batch norms are folded away.
 * @param file its path or URL, or the bytes of a self-contained one
 * @throws ForgeError MODEL_INVALID naming the file and the node, tensor, input or pattern at fault; FILE_SYSTEM.
 */
export async function fromOnnx<Features extends OnnxOutputs = Value, Name extends string = string>(
  file: string | URL | Uint8Array,
  options: FromOnnxCallsOptions<Features, Name>,
): Promise<OneLossModel<Record<Name, Value>>>;
export async function fromOnnx<Features extends OnnxOutputs = Value, Outputs extends OnnxOutputs = Features>(
  file: string | URL | Uint8Array,
  options: FromOnnxOptions<Features, Outputs>,
): Promise<OneLossModel<Outputs>>;
export async function fromOnnx<Features extends OnnxOutputs, Outputs extends OnnxOutputs>(
  file: string | URL | Uint8Array,
  options: AnyOptions<Features, Outputs>,
): Promise<OneLossModel<Outputs>> {
  checkOptions(options, fromOnnxOptions, { of: 'fromOnnx' });
  const source = file instanceof URL ? fileURLToPath(file) : file;
  const external: string[] = [];
  const onFileRead = (path: string, partOf?: string) => {
    noteFileRead(path, 'fromOnnx', partOf);
    if (partOf !== undefined) external.push(path);
  };
  const imported = await readModel(source, { onFileRead, lazy: true });
  const prepare = () => prepared(imported, options);
  const { wanted, exported, reads, own, lora, substitutes, warnings } =
    typeof source === 'string' ? await inFile(source, prepare) : prepare();
  const { head, inputs = {}, calls, batchNorm = 'trained', optimizer = adam(0.001), stats, freeze } = options;

  const base =
    lora &&
    (await baseFile(source, external, { adapters: lora.description, constants: largeConstants(imported.values) }));
  const isState = (parameter: ParameterValue) => {
    if (parameter.trainable || own.trainedStatistics.has(parameter)) return true;
    return batchNorm === 'all' && own.statistics.has(parameter);
  };
  const isOne = options.outputs === undefined ? wanted.size === 1 : typeof options.outputs === 'string';
  const featuresOf = (values: ReadonlyMap<string, Value>) => {
    // Losses and layers compute in float32.
    const wide = Array.from(values, ([name, value]) => [name, isTyped(value) ? inFloat32(value) : value] as const);
    return (isOne ? wide[0]![1] : Object.fromEntries(wide)) as Features;
  };
  const run = (inputs: InputMap, batch: OnnxBatch, context: OnnxContext): OnnxOutputs => {
    const bound = bindInputs(reads, inputs, batch, context);
    const mode = modeOf(context, batchNorm, own.runningMeans);
    const { outputs } = rebuild(
      { inputs: [], outputs: wanted },
      {
        substitute: (value) => own.replacements.get(value) ?? bound.get(value),
        rewrite: (node) => lora?.rewrite(node, context) ?? mode(node),
      },
    );
    const read = new Set(walk(outputs.values()).parameters);
    const parameters = [...own.all].filter((parameter) => read.has(parameter));
    const isInState = (parameter: ParameterValue) => base === undefined || isState(parameter);
    for (const parameter of parameters.filter(isInState)) context.adopt(parameter);
    if (base !== undefined) {
      const others = parameters.filter((parameter) => !isInState(parameter));
      context.adoptBase(others, base);
    }
    const features = featuresOf(outputs);
    return head ? head(features, context) : features;
  };
  return {
    predict(batch, context) {
      if (calls === undefined) return run(inputs, batch, context) as Outputs;
      const called = Object.entries(calls).map(([name, own]) => {
        return [name, outputOfCall(name, run({ ...inputs, ...own }, batch, context))] as const;
      });
      return Object.fromEntries(called) as OnnxOutputs as Outputs;
    },
    loss: (batch, outputs, context) => options.loss(batch, outputs, context),
    ...(stats
      ? { stats: (batch: OnnxBatch, outputs: Outputs, context: OnnxContext) => stats(batch, outputs, context) }
      : {}),
    optimizer,
    exported: (context) => {
      const mode = modeOf(context, batchNorm, own.runningMeans);
      const rewrite = (node: Node) => lora?.rewrite(node, context) ?? mode(node);
      const onTop = head && ((values: ReadonlyMap<string, Value>) => head(featuresOf(values), context));
      return exportedGraph({ imported, wanted: exported, own, substitutes, rewrite, head: onTop });
    },
    axes: { ...(calls ? axesOfCalls(reads, inputs, calls) : openAxes(reads, inputs)), ...options.axes },
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    ...(options.recompute === undefined ? {} : { recompute: options.recompute }),
    ...(options.mixedPrecision === undefined ? {} : { mixedPrecision: options.mixedPrecision }),
    ...(freeze === undefined ? {} : { freeze }),
    warnings,
    artefacts: { ...(head ? { head } : {}), ...options.artefacts },
  };
}

/** The model's outputs, the inputs they depend on, and the parameters. */
function prepared(
  imported: Model,
  options: Pick<AnyOptions<Value, Value>, 'inputs' | 'calls' | 'outputs' | 'trainable' | 'lora'>,
) {
  const { inputs = {}, calls, outputs, trainable, lora } = options;
  const asked = wantedValues(imported, outputs);
  checkInputMap(imported.inputs, inputs);
  if (calls !== undefined) checkCalls(imported.inputs, calls);
  if (lora === undefined) {
    const { casts, masters, parameters } = masterWeights(imported.parameters.values());
    const wanted = inSinglePrecision(asked, masters);
    const exported = casts.size === 0 ? asked : rebuild({ inputs: [], outputs: asked }, casts).outputs;
    const own = ownParameters(wanted.values(), parameters, imported.values, trainable);
    const warnings = trainableWarnings([...own.all], trainable);
    const reads = walk(wanted.values()).inputs;
    return { wanted, exported, reads, own, lora: undefined, substitutes: casts, warnings };
  }
  if (trainable !== undefined) throw bothWays();
  const checked = checkLora(lora);
  const quantized = quantizedWeights(imported.values);
  const { casts, masters, parameters } = masterWeights(imported.parameters.values(), ({ name }) => {
    return checked.also.some((pattern) => matchesPattern(pattern, name));
  });
  const substitutes = new Map<Value, Value>([...quantized, ...casts]);
  const exported = substitutes.size === 0 ? asked : rebuild({ inputs: [], outputs: asked }, substitutes).outputs;
  const wanted = inSinglePrecision(
    quantized.size === 0 ? asked : rebuild({ inputs: [], outputs: asked }, quantized).outputs,
    masters,
  );
  const fromFile = [...parameters, ...quantized.values()];
  const own = ownParameters(wanted.values(), fromFile, imported.values, checked.also, 'lora: also');
  const names = new Map([...imported.values].map(([name, value]) => [value, name]));
  const adapters = chooseAdapters(wanted.values(), checked.targets, names);
  const both = [...adapters.keys()].find((weight) => own.replacements.get(weight)?.trainable);
  if (both !== undefined) throw adaptedAndTrained(own.replacements.get(both)!.name);
  return {
    wanted,
    exported,
    reads: walk(wanted.values()).inputs,
    own,
    lora: new Lora(checked, adapters, own.replacements, names),
    substitutes: substitutes as ReadonlyMap<Value, Value>,
    warnings: [],
  };
}

/** Constants that checkpoints do not repeat; smaller ones are shapes, axes and the like. */
function largeConstants(values: ReadonlyMap<string, Value>): ReadonlyMap<ConstantValue, string> {
  const found = new Map<ConstantValue, string>();
  for (const [name, value] of values) {
    if (value.kind === 'constant' && sizeOf(value.data.shape) >= 256) found.set(value, name);
  }
  return found;
}

/** Quantized weights are constants of a graph; those of a base are shared by its graphs, as its other weights are. */
function quantizedWeights(values: ReadonlyMap<string, Value>): ReadonlyMap<Value, ParameterValue> {
  const found = [...values].flatMap(([name, value]) => {
    if (value.kind !== 'constant' || !isUnpacked(value.data)) return [];
    const isWeight = /^u?int8$/.test(value.dtype) && value.shape.length > 1;
    return isWeight ? [[value, parameter(name, value.data, { trainable: false })] as const] : [];
  });
  return new Map<Value, ParameterValue>(found);
}

function bothWays() {
  return invalidModel(
    'fromOnnx has both lora and trainable.',
    'trainable',
    'With lora, name the parameters that are trained as a whole by also: lora: { also }.',
  );
}

function adaptedAndTrained(name: string) {
  return invalidModel(
    `${name} has an adapter, and is named by lora: also.`,
    name,
    'Train it in one way: narrow targets or also.',
  );
}

function wantedValues(model: Model, asked: string | readonly string[] | undefined) {
  if (asked === undefined) return model.outputs;
  const names = typeof asked === 'string' ? [asked] : asked;
  return new Map(
    names.map((name) => {
      const value = model.outputs.get(name) ?? model.values.get(name);
      if (value) return [name, value];
      const outputs = [...model.outputs.keys()].map((output) => `"${output}"`).join(', ');
      const hint = `Its outputs are ${outputs}; intermediate values have the names that the file gives them.`;
      throw invalidModel(`The model has no value named "${name}".`, name, hint);
    }),
  );
}
