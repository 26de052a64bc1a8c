import { OnnxError } from '../errors/onnx-error.js';
import { Draft, describeNode, type NodeRequest } from './infer/draft.js';
import { inferenceRuleOf } from './infer/rules.js';
import { shapeProblem } from './ir/check-shape.js';
import type { Attributes, Node, NodeValue, Value } from './ir/graph.js';
import { describeType, type TensorType } from './ir/types.js';
import { propagate } from './propagate/rules.js';

export type { NodeRequest } from './infer/draft.js';

/**
 * Makes a node and infers the types of its outputs. Operators without an inference rule (of other domains) need
 * `types`.
 * @throws OnnxError MODEL_INVALID naming the operator, the node's origin and the types of its inputs.
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
    const problem = shapeProblem(shape);
    if (problem !== undefined) draft.fail(`it would make ${describeType({ dtype, shape })}, ${problem}`);
    outputs.push({ kind: 'node', node, output: outputs.length, dtype, shape });
  }
  propagate(node);
  return outputs.slice(0, count);
}

/** The one output of a node of ONNX's own. */
export function call(op: string, inputs: readonly (Value | null)[], attributes: Attributes = {}): NodeValue {
  return makeNode({ op, inputs, attributes, outputs: 1 })[0]!;
}

/** Operators whose optional outputs are made only on request. */
const mostlyOne: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'LayerNormalization',
  'Dropout',
  'MaxPool',
  'SoftmaxCrossEntropyLoss',
]);

/**
 * Operators whose optional outputs save their gradient a computation: the node always has them all, and unused ones are
 * not written into a model.
 */
const wholeForGradients: ReadonlySet<string> = new Set([
  'LayerNormalization',
  'Dropout',
  'MaxPool',
  'SoftmaxCrossEntropyLoss',
]);

function inferTypes(draft: Draft, op: string, domain: string, origin: string | undefined): readonly TensorType[] {
  const rule = inferenceRuleOf(op, domain);
  if (rule !== undefined) return rule(draft);
  const name = describeNode(domain === '' ? op : `${domain}.${op}`, origin);
  throw new OnnxError('MODEL_INVALID', `${name} is an unknown operator.`, {
    about: origin ?? op,
    hint: 'Replace it by operators of ONNX opset 21 or older.',
  });
}
