import { fileURLToPath } from 'node:url';
import { noteFileRead } from '@forge-ml/core/node';
import { adam, checkOptions } from '@forge-ml/core/plugin';
import { inFile, readModel } from '@forge-ml/onnx';
import type { Node, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { isTyped, rebuild, walk } from '@forge-ml/onnx/graph';
import type { OneLossModel, OnnxBatch, OnnxContext, OnnxOutputs } from '../model/onnx-model.js';
import { bindInputs, type InputMap } from './bind-inputs.js';
import { axesOfCalls, outputOfCall } from './calls.js';
import { exportedGraph } from './exported-file.js';
import {
  type AnyFromOnnxOptions,
  type FromOnnxCallsOptions,
  type FromOnnxOptions,
  fromOnnxOptions,
} from './from-onnx-options.js';
import { baseFile } from './lora/base-file.js';
import { inFloat32 } from './master-weights.js';
import { openAxes } from './open-axes.js';
import { largeConstants, prepareModel } from './prepare-model.js';
import { modeOf } from './training-mode.js';

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
  options: AnyFromOnnxOptions<Features, Outputs>,
): Promise<OneLossModel<Outputs>> {
  checkOptions(options, fromOnnxOptions, { of: 'fromOnnx' });
  const source = file instanceof URL ? fileURLToPath(file) : file;
  const external: string[] = [];
  const onFileRead = (path: string, partOf?: string) => {
    noteFileRead(path, 'fromOnnx', partOf);
    if (partOf !== undefined) external.push(path);
  };
  const imported = await readModel(source, { onFileRead, lazy: true });
  const prepare = () => prepareModel(imported, options);
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
