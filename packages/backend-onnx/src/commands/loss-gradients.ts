import { describeTensor, ForgeError, type NamedTensors, type TensorData } from '@forge-ml/core/plugin';
import type { Model } from '@forge-ml/onnx';
import { expandForGradients, gradientsOf, invalidModel, zerosLike } from '@forge-ml/onnx';
import type { Graph, InputValue, Node, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { describeType, input, rebuild, walk } from '@forge-ml/onnx/graph';
import { identity, transpose } from '@forge-ml/onnx/ops';
import { meanSquaredError } from '../layers/losses.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import { emptyCache, isEmptyCache } from '../model/decoder-cache.js';
import { boundInput, type DataFile, tensorIn } from './bind-data.js';

export const lossKinds = ['cross-entropy', 'mse'] as const;
export type LossKind = (typeof lossKinds)[number];

/** What to compute. */
export interface LossRequest {
  /** A function of the logits and the tensor "target", or a value of the main graph that is the loss itself. */
  readonly loss: LossKind | { readonly value: string };
  /** The name of an output, or of any value of the main graph; the only output by default. */
  readonly logits: string | null;
  /** Values of the main graph to return, too. */
  readonly outputs?: readonly string[];
}

export interface LossGradients {
  readonly graph: Graph;
  /** The name in the written file, by output of the graph. */
  readonly names: ReadonlyMap<string, string>;
  readonly parameters: readonly ParameterValue[];
  /** The graph's inputs by name. */
  readonly feeds: NamedTensors;
}

/** The label to ignore, as in PyTorch. */
const ignoredLabel = -100;

/**
 * A graph of the loss on the data's examples and its gradient by each trainable parameter: zeros where the loss does
 * not depend on it. Batch norm keeps the mode of the file; dropout is off, because no other framework can reproduce it.
 * Only what the loss and the outputs need is read, so that an operator that is unknown may come after them.
 * @throws ForgeError MODEL_INVALID, DATA_INVALID
 */
export function lossGradients(
  model: Model,
  { loss: kind, logits, outputs: asked = [] }: LossRequest,
  data: DataFile,
): LossGradients {
  const raw = typeof kind === 'string' ? logitsOf(model, logits) : valueNamed(model, kind.value);
  const { base, shown } = boundTo(
    data,
    raw,
    asked.map((name) => valueNamed(model, name)),
  );
  const targetData = typeof kind === 'string' ? tensorIn(data, 'target', 'which the loss compares with') : undefined;
  const target = targetData && input('forge/target', targetData.dtype, targetData.shape);
  const loss =
    typeof kind === 'string' ? lossOf(kind, { name: raw.name, value: base }, target!, targetData!, data.path) : base;

  const trained = [...model.parameters.values()].filter(({ trainable }) => trainable);
  const found = gradientsOf(loss, trained);
  if (found.every((gradient) => gradient === null)) throw noGradient(raw.name, trained);
  const results = new Map<string, Value>([['loss', loss]]);
  const names = new Map([['loss', 'loss']]);
  const add = (key: string, name: string, value: Value) => {
    if ([...names.values()].includes(name)) {
      throw invalidModel(`Two of the loss, the gradients and the outputs would be named "${name}".`, name);
    }
    // Two results may be the same value, but each output must be its own.
    results.set(key, identity(value));
    names.set(key, name);
  };
  for (const [at, parameter] of trained.entries()) {
    if (parameter.name === 'loss')
      throw invalidModel('A parameter of the model is named loss, like the loss itself.', 'loss');
    add(`gradient/${at}`, parameter.name, found[at] ?? zerosLike(parameter));
  }
  for (const [at, { name, value }] of shown.entries()) add(`output/${at}`, `output/${name}`, value);
  const { inputs, parameters } = walk(results.values());
  const feeds = inputs.map(({ name }) => {
    return [name, name === target?.name ? targetData! : data.tensors.get(name)!] as const;
  });
  return { graph: { inputs, outputs: results }, names, parameters, feeds: new Map(feeds) };
}

/** The values with the inputs that the data has, and operators that have gradients. */
function boundTo(data: DataFile, base: Named, shown: readonly Named[]) {
  const bound = new Map<Value, Value>();
  const { inputs } = walk([base, ...shown].map((one) => one.value));
  const isEmpty = (value: InputValue) => isEmptyCache(value) && !data.tensors.has(value.name);
  for (const value of inputs) if (!isEmpty(value)) bound.set(value, boundInput(value, data));
  const [example] = bound.values();
  for (const value of inputs) if (example && isEmpty(value)) bound.set(value, emptyCache(value, example));
  const outputs = new Map([base, ...shown].map(({ value }, at) => [`${at}`, value]));
  const rebuilt = rebuild(
    { inputs: [], outputs },
    { substitute: (value) => bound.get(value), rewrite: (node) => withoutDropout(node) ?? expandForGradients(node) },
  ).outputs;
  return {
    base: rebuilt.get('0')!,
    shown: shown.map(({ name }, at) => ({ name, value: rebuilt.get(`${at + 1}`)! })),
  };
}

function withoutDropout({ op, domain, inputs, outputs }: Node): readonly Value[] | undefined {
  return op === 'Dropout' && domain === '' ? [inputs[0]!, ...outputs.slice(1)] : undefined;
}

interface Named {
  readonly name: string;
  readonly value: Value;
}

function logitsOf(model: Model, name: string | null): Named {
  const outputs = [...model.outputs.keys()];
  const wanted = name ?? (outputs.length === 1 ? outputs[0]! : undefined);
  const list = outputs.map((output) => `"${output}"`).join(', ');
  if (wanted === undefined)
    throw invalidModel(`The model has the outputs ${list}.`, 'logits', 'Choose one: --logits NAME.');
  return valueNamed(model, wanted);
}

/** An output, or any value of the main graph. */
function valueNamed(model: Model, name: string): Named {
  const value = model.outputs.get(name) ?? model.values.get(name);
  if (value) return { name, value };
  const list = [...model.outputs.keys()].map((output) => `"${output}"`).join(', ');
  throw invalidModel(`The model has no value named "${name}".`, name, `Its outputs are ${list}.`);
}

function lossOf(kind: LossKind, { name, value }: Named, target: Value, data: TensorData, path: string): Value {
  const { shape } = value;
  if (kind === 'mse') {
    if (isShape(target, shape)) return meanSquaredError(value, target);
  } else if (/^int|^uint/.test(target.dtype)) {
    const options = { ignoreLabel: ignoredLabel };
    if (shape.length >= 2 && isShape(target, shape.slice(0, -1))) return softmaxCrossEntropy(value, target, options);
    // As in PyTorch: [batch, classes, …].
    const classesLast = [...shape.keys()].toSpliced(1, 1).concat(1);
    if (shape.length > 2 && isShape(target, shape.toSpliced(1, 1))) {
      return softmaxCrossEntropy(transpose(value, classesLast), target, options);
    }
  }
  throw new ForgeError(
    'DATA_INVALID',
    `The tensor "target" in ${path} is ${describeTensor(data)}, which does not fit "${name}", ${describeType(value)}.`,
    {
      about: 'target',
      hint:
        kind === 'mse'
          ? 'For mse give it the same shape.'
          : 'For cross-entropy give whole numbers, one for each row of logits.',
    },
  );
}

/** Sizes that are only known at run time match any size. */
function isShape(target: Value, shape: Value['shape']): boolean {
  return (
    target.shape.length === shape.length &&
    shape.every((dim, axis) => typeof dim === 'string' || dim === target.shape[axis])
  );
}

function noGradient(logits: string, trained: readonly ParameterValue[]) {
  const names = trained.map(({ name }) => name).join(', ');
  return invalidModel(
    trained.length === 0
      ? 'The model has no trainable initializer: none of floating type.'
      : `"${logits}" depends on none of the trainable initializers through differentiable operators: ${names}.`,
    logits,
  );
}
