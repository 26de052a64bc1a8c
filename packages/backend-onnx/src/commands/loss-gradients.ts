import { describeTensor, ForgeError, type NamedTensors, type TensorData } from '@forge-ml/core/plugin';
import type { Model } from '@forge-ml/onnx';
import { expandForGradients, gradientsOf, invalidModel, zerosLike } from '@forge-ml/onnx';
import type { Graph, InputValue, Node, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { describeType, input, rebuild, walk } from '@forge-ml/onnx/graph';
import { identity, transpose } from '@forge-ml/onnx/ops';
import { meanSquaredError } from '../layers/losses.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import { boundInput, type DataFile, tensorIn } from './bind-data.js';

export const lossKinds = ['cross-entropy', 'mse'] as const;
export type LossKind = (typeof lossKinds)[number];

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
 * @param logits the name of an output, or of any value of the main graph; the only output by default
 * @throws ForgeError MODEL_INVALID, DATA_INVALID
 */
export function lossGradients(model: Model, kind: LossKind, logits: string | null, data: DataFile): LossGradients {
  const bound = new Map<Value, InputValue>();
  const raw = logitsOf(model, logits);
  for (const value of walk([raw.value]).inputs) bound.set(value, boundInput(value, data));
  const { outputs } = rebuild(
    { inputs: [], outputs: new Map([['logits', raw.value]]) },
    { substitute: (value) => bound.get(value), rewrite: (node) => withoutDropout(node) ?? expandForGradients(node) },
  );
  const targetData = tensorIn(data, 'target', 'which the loss compares with');
  const target = input('forge/target', targetData.dtype, targetData.shape);
  const loss = lossOf(kind, { name: raw.name, value: outputs.get('logits')! }, target, targetData, data.path);

  const trained = [...model.parameters.values()].filter(({ trainable }) => trainable);
  const found = gradientsOf(loss, trained);
  if (found.every((gradient) => gradient === null)) throw noGradient(raw.name, trained);
  const results = new Map<string, Value>([['loss', loss]]);
  const names = new Map([['loss', 'loss']]);
  for (const [at, parameter] of trained.entries()) {
    if (parameter.name === 'loss')
      throw invalidModel('A parameter of the model is named loss, like the loss itself.', 'loss');
    // Two gradients may be the same value, but each output must be its own.
    results.set(`gradient/${at}`, identity(found[at] ?? zerosLike(parameter)));
    names.set(`gradient/${at}`, parameter.name);
  }
  const { inputs, parameters } = walk(results.values());
  const feeds = inputs.map(({ name }) => [name, name === target.name ? targetData : data.tensors.get(name)!] as const);
  return { graph: { inputs, outputs: results }, names, parameters, feeds: new Map(feeds) };
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
  const value = model.outputs.get(wanted) ?? model.values.get(wanted);
  if (value) return { name: wanted, value };
  throw invalidModel(`The model has no value named "${wanted}".`, wanted, `Its outputs are ${list}.`);
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
