import { ForgeError } from '@forge-ml/core/plugin';
import { troubleOf } from './check-shape.js';
import type { Attributes, Node, NodeValue, Value } from './graph.js';
import { Draft, describeNode, type NodeRequest } from './inference/draft.js';
import { ruleOf } from './inference/rules.js';
import { noteKnownNumbers } from './known-number-rules.js';
import { describeType, type TensorType } from './types.js';

export type { NodeRequest } from './inference/draft.js';

/**
 * Makes a node and infers the types of its outputs. Operators without an inference rule (of other domains) need
 * `types`.
 * @throws ForgeError MODEL_INVALID naming the operator, the node's origin and the types of its inputs.
 */
export function makeNode(request: NodeRequest, types?: readonly TensorType[]): readonly NodeValue[] {
  const { op, domain = '', attributes = {}, origin } = request;
  const draft = new Draft(request);
  const inferred = types ?? inferTypes(draft, op, domain, origin);
  const count = request.outputs ?? (mostlyOne.has(op) ? 1 : inferred.length);
  if (count > inferred.length) draft.fail(`it has ${inferred.length} outputs, not ${count}`);
  const outputs: NodeValue[] = [];
  const node: Node = { op, domain, inputs: draft.inputs, attributes, outputs, origin };
  const made = wholeForGradients.has(op) ? inferred : inferred.slice(0, count);
  for (const { dtype, shape } of made) {
    const trouble = troubleOf(shape);
    if (trouble !== undefined) draft.fail(`it would make ${describeType({ dtype, shape })}, ${trouble}`);
    outputs.push({ kind: 'node', node, output: outputs.length, dtype, shape });
  }
  noteKnownNumbers(node);
  return outputs.slice(0, count);
}

/** The one output of a node of ONNX's own. */
export function call(op: string, inputs: readonly (Value | null)[], attributes: Attributes = {}): NodeValue {
  return makeNode({ op, inputs, attributes, outputs: 1 })[0]!;
}

/** Operators whose further outputs are made only when asked for. */
const mostlyOne: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'LayerNormalization',
  'Dropout',
  'MaxPool',
  'SoftmaxCrossEntropyLoss',
]);

/**
 * Operators whose further outputs spare their gradient a computation: the node has them all, whoever asked for fewer,
 * and what nothing reads is not written into a model.
 */
const wholeForGradients: ReadonlySet<string> = new Set([
  'LayerNormalization',
  'Dropout',
  'MaxPool',
  'SoftmaxCrossEntropyLoss',
]);

function inferTypes(draft: Draft, op: string, domain: string, origin: string | undefined): readonly TensorType[] {
  const rule = ruleOf(op, domain);
  if (rule !== undefined) return rule(draft);
  const name = describeNode(domain === '' ? op : `${domain}.${op}`, origin);
  throw new ForgeError('MODEL_INVALID', `${name} is an operator Forge does not know.`, {
    about: origin ?? op,
    hint: 'Replace it by operators of ONNX opset 21 or older.',
  });
}
