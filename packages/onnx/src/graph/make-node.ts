import { isOnnxError } from '../errors/onnx-error.js';
import { Draft, describeNode, type NodeRequest } from './infer/draft.js';
import { inferenceRuleOf } from './infer/rules.js';
import { shapeProblem } from './ir/check-shape.js';
import type { Attributes, Node, NodeValue, Value } from './ir/graph.js';
import { describeType, type TensorType } from './ir/types.js';
import { isTyped, type UnknownType, UnknownTypeError, unknownTypeOf, untypedOutput } from './ir/unknown-type.js';
import { propagate } from './propagate/rules.js';

export type { NodeRequest } from './infer/draft.js';

/**
 * Makes a node and infers the types of its outputs. Operators without an inference rule (of other domains) need
 * `types`.
 * @throws OnnxError MODEL_INVALID naming the operator, the node's origin and the types of its inputs.
 */
export function makeNode(request: NodeRequest, types?: readonly (TensorType | UnknownType)[]): readonly NodeValue[] {
  const { op, domain = '', attributes = {}, origin, names = [], opset, module } = request;
  const draft = new Draft(request);
  const inferred = types ?? inferTypes(draft, op, domain, origin);
  const count = request.outputs ?? (mostlyOne.has(op) ? 1 : inferred.length);
  if (count > inferred.length) draft.fail(`it has ${inferred.length} outputs, not ${count}`);
  const outputs: NodeValue[] = [];
  const node: Node = {
    op,
    domain,
    inputs: draft.inputs,
    attributes,
    outputs,
    origin,
    ...(opset ? { opset } : {}),
    ...(module === undefined ? {} : { module }),
  };
  const made = wholeForGradients.has(op) ? inferred : inferred.slice(0, count);
  for (const [output, type] of made.entries()) {
    const name = names[output] || undefined;
    if ('reason' in type) {
      outputs.push(untypedOutput(node, output, type, name));
      continue;
    }
    const { dtype, shape } = type;
    const problem = shapeProblem(shape);
    if (problem !== undefined) draft.fail(`it would make ${describeType({ dtype, shape })}, ${problem}`);
    outputs.push({ kind: 'node', node, output, ...(name === undefined ? {} : { name }), dtype, shape });
  }
  if (outputs.every(isTyped) && node.inputs.every(isTyped)) propagate(node);
  return outputs.slice(0, count);
}

/** The one output of a node of ONNX's own. */
export function call(op: string, inputs: readonly (Value | null)[], attributes: Attributes = {}): NodeValue {
  return makeNode({ op, inputs, attributes, outputs: 1 })[0]!;
}

/** A type as a file declares it, which may lack a part. */
export type DeclaredType = Partial<TensorType> & Pick<UnknownType, 'declared'>;

/**
 * As `makeNode`, for a node of a file: where the types of its outputs cannot be inferred, they are as declared, or not
 * known. Only what needs them then fails.
 * @param declared by output
 * @param isConditional whether it is in a branch of an If, which may never be computed: then it may not even fit
 */
export function makeFileNode(
  request: NodeRequest,
  declared: readonly (DeclaredType | undefined)[] = [],
  isConditional = false,
): readonly NodeValue[] {
  try {
    return makeNode(request);
  } catch (error) {
    if (error instanceof UnknownTypeError) return makeNode(request, declaredTypes(request, declared, error.unknown));
    if (!isConditional || !isOnnxError(error)) throw error;
    return makeOpaqueNode(request, error.message.replace(/\.$/, ''));
  }
}

/** A node of an operator that is only kept, as in the file. `reason`: a clause that says why. */
export function makeOpaqueNode(
  request: NodeRequest,
  reason: string,
  declared: readonly (DeclaredType | undefined)[] = [],
): readonly NodeValue[] {
  return makeNode(request, declaredTypes(request, declared, { reason, path: [], before: namesBefore(request.inputs) }));
}

function declaredTypes(
  request: NodeRequest,
  declared: readonly (DeclaredType | undefined)[],
  unknown: UnknownType,
): readonly (TensorType | UnknownType)[] {
  const { op, domain = '', origin, outputs = 1 } = request;
  const path = [describeNode(domain === '' ? op : `${domain}.${op}`, origin), ...unknown.path];
  const before = unknown.before.length > 0 ? unknown.before : namesBefore(request.inputs);
  return Array.from({ length: outputs }, (_, at): TensorType | UnknownType => {
    const { dtype, shape, declared: proto } = declared[at] ?? {};
    // What is inferred of the dtype is of the first output.
    if (dtype && shape) return { dtype, shape };
    return { ...unknown, dtype: dtype ?? (at === 0 ? unknown.dtype : undefined), path, before, declared: proto };
  });
}

/** Where to cut a model before a node. */
function namesBefore(inputs: readonly (Value | null)[]): readonly string[] {
  const names = inputs.map((value) => (value?.kind === 'node' && unknownTypeOf(value) === undefined ? value.name : ''));
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))] as string[];
}

/** Operators whose optional outputs are made only on request. */
const mostlyOne: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'LayerNormalization',
  'Dropout',
  'MaxPool',
  'SoftmaxCrossEntropyLoss',
  'Unique',
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
  const unknown = { reason: `${name} is an unknown operator`, path: [], before: namesBefore(draft.inputs) };
  const hint = 'Replace it by operators that are known here, or cut the model before it (outputs).';
  throw new UnknownTypeError(`${unknown.reason}.`, unknown, origin ?? op, hint);
}
