import { invalidModel } from '../errors/onnx-error.js';
import { inferenceRuleOf } from '../graph/infer/rules.js';
import type { Attribute, Attributes, Graph, Value } from '../graph/ir/graph.js';
import { UnknownTypeError } from '../graph/ir/unknown-type.js';
import { makeFileNode, makeOpaqueNode, type NodeRequest } from '../graph/make-node.js';
import type { GraphProto, NodeProto, ValueInfoProto } from '../proto/messages.js';
import { type BodyInput, bodyInputs, settled } from './body-inputs.js';
import { fromAttribute } from './from-attribute.js';
import type { NameScope } from './name-scope.js';
import type { NodeContext } from './node-context.js';
import { declaredOpset, unsupportedForm } from './opsets.js';
import { labelOf, originOf } from './order.js';
import { readConstant } from './read-constant.js';
import { makesNoTensor, recordElements, takenFromSequence } from './sequences.js';
import { isUpgraded, upgraded } from './upgrade/upgrade.js';

/** Ten times the nodes of the largest exported models. Limits how much memory a model file can request. */
const maxNodes = 1_000_000;

/** Adds a node of the file to the graph: defines its outputs in `scope`. */
export function readNode(proto: NodeProto, scope: NameScope, context: NodeContext): void {
  if (++context.count.nodes > maxNodes) {
    const message = `With its functions inlined, the model has more than ${maxNodes} nodes.`;
    throw invalidModel(message, undefined, 'Export the model without functions.');
  }
  const inputs = proto.input.map((name) => {
    const value = name === '' ? null : scope.find(name);
    if (value === undefined) throw invalidModel(`${labelOf(proto)} reads "${name}", which is not defined.`, name);
    return value;
  });
  const attributes = readAttributes(proto, inputs, scope, context);
  const outputs = outputsOf(proto, inputs, attributes, context);
  proto.output.forEach((name, index) => {
    const value = outputs[index];
    if (name === '' || !value) return;
    scope.define(name, value);
    if (proto.opType === 'Constant') context.leaves.add([...context.within, name].join('/'), value);
  });
}

function outputsOf(
  proto: NodeProto,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
  context: NodeContext,
): readonly Value[] {
  const origin = [...context.within, originOf(proto)].join('/');
  const inlined = context.functions.inline(proto, { inputs, attributes, origin }, context);
  if (inlined) return inlined;
  const domain = proto.domain === 'ai.onnx' ? '' : proto.domain;
  const { opType: op, output: names } = proto;
  const request = { op, domain, inputs, attributes, outputs: names.length, origin, names, module: moduleOf(proto) };
  const declared = names.map((name) => context.declared.get(name));
  const keep = (reason: string, opset: number) => makeOpaqueNode({ ...request, opset }, reason, declared);
  if (domain !== '') {
    if (inferenceRuleOf(op, domain)) return makeFileNode(request, declared, context.isConditional);
    return keep(`${labelOf(proto, domain)} is an unknown operator`, context.opsets.others.get(domain) ?? 1);
  }
  const label = labelOf(proto);
  if (op === 'Constant') {
    const value = readConstant(attributes, label, origin);
    if (value) return [value];
    return keep(`${label} holds ${Object.keys(attributes).join(', ')}, which is not a supported tensor`, 21);
  }
  const opset = declaredOpset(context.opsets, label);
  const taken = takenFromSequence(request);
  if (taken) return [taken];
  if (makesNoTensor.has(op)) return recorded(request, keep(`${label} makes no tensor, but a sequence`, opset));
  const unsupported = unsupportedForm(op, opset, label);
  if (unsupported !== undefined) return keep(unsupported, opset);
  if (inferenceRuleOf(op, '') === undefined && !isUpgraded(op)) return keep(`${label} is an unknown operator`, opset);
  try {
    const result = upgraded(request, opset);
    return 'op' in result
      ? recorded(request, makeFileNode({ ...result, names }, declared, context.isConditional))
      : result;
  } catch (error) {
    // It is in an old form that cannot be upgraded.
    if (!(error instanceof UnknownTypeError)) throw error;
    return keep(error.unknown.reason, opset);
  }
}

function recorded(request: NodeRequest, outputs: readonly Value[]): readonly Value[] {
  if (outputs[0]) recordElements(request, outputs[0]);
  return outputs;
}

/** PyTorch's exporter writes the modules that enclose a node, and the operation: `['', 'encoder', 'encoder.query', 'linear']`. */
function moduleOf({ metadataProps }: NodeProto): string | undefined {
  const scopes = metadataProps.find(({ key }) => key === 'pkg.torch.onnx.name_scopes')?.value;
  return scopes?.match(/'([^']*)', '[^']*'\]$/)?.[1] || undefined;
}

function readAttributes(
  proto: NodeProto,
  inputs: readonly (Value | null)[],
  scope: NameScope,
  context: NodeContext,
): Attributes {
  // Without a prototype, an attribute named `__proto__` is an ordinary one.
  const attributes: Record<string, Attribute> = Object.create(null) as Record<string, Attribute>;
  const readBody = (_name: string, body: GraphProto): Graph => {
    return readSettledBody(body, { op: proto.opType, inputs, attributes }, scope, context);
  };
  // Bodies last: the other attributes determine their inputs.
  for (const attribute of proto.attribute.toSorted((a, b) => Number(a.g !== undefined) - Number(b.g !== undefined))) {
    const { name, refAttrName } = attribute;
    if (Object.hasOwn(attributes, name)) {
      throw invalidModel(`${labelOf(proto)} has two attributes named "${name}".`, originOf(proto));
    }
    const bound = Object.hasOwn(context.bindings, refAttrName) ? context.bindings[refAttrName] : undefined;
    if (bound) attributes[name] = bound;
    if (refAttrName !== '') continue;
    attributes[name] = fromAttribute(attribute, {
      node: labelOf(proto),
      origin: originOf(proto),
      external: context.external,
      readBody,
      // Opset 1's Slice has its ends as an attribute, where a huge one means "to the end".
      saturate: proto.opType === 'Slice',
    });
  }
  return attributes;
}

const hasTypedBodies: ReadonlySet<string> = new Set(['If', 'Loop', 'Scan']);

function notKnown({ name }: ValueInfoProto): BodyInput {
  return { reason: `the type of the input "${name}" of a body is not known`, path: [], before: [] };
}

/** Reads a body with input types that hold in every iteration. */
function readSettledBody(
  body: GraphProto,
  { op, inputs, attributes }: { op: string; inputs: readonly (Value | null)[]; attributes: Attributes },
  scope: NameScope,
  context: NodeContext,
): Graph {
  if (!hasTypedBodies.has(op)) return context.readBody(body, body.input.map(notKnown), scope, context);
  const inside = op === 'If' ? { ...context, isConditional: true } : context;
  const given = bodyInputs(op, inputs, attributes);
  let graph = context.readBody(body, given.types, scope, inside);
  if (body.input.every(({ type }) => type?.tensorType?.shape)) return graph;
  const untyped = { ...body, input: body.input.map((info) => ({ ...info, type: undefined })) };
  for (let types = settled(graph, given); types; types = settled(graph, given)) {
    graph = context.readBody(untyped, types, scope, inside);
  }
  return graph;
}
