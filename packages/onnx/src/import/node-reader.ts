import { invalidModel } from '../errors/onnx-error.js';
import type { Attribute, Attributes, Graph, Value } from '../graph/ir/graph.js';
import { makeNode } from '../graph/make-node.js';
import type { GraphProto, NodeProto } from '../proto/messages.js';
import { bodyInputs, settled } from './body-inputs.js';
import { typesOfUnknownRank } from './declared-rank.js';
import { fromAttribute } from './from-attribute.js';
import type { NameScope } from './name-scope.js';
import type { NodeContext } from './node-context.js';
import { checkOpset } from './opsets.js';
import { labelOf, originOf } from './order.js';
import { readConstant } from './read-constant.js';
import { upgraded } from './upgrade/upgrade.js';

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
    if (name !== '' && value) scope.define(name, value);
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
  if (domain === '' && proto.opType === 'Constant') return [readConstant(attributes, labelOf(proto), origin)];
  const request = { op: proto.opType, domain, inputs, attributes, outputs: proto.output.length, origin };
  if (domain !== '') return makeNode(request);
  const result = upgraded(request, checkOpset(context.opsets, proto.opType, labelOf(proto)));
  return 'op' in result ? makeNode(result, typesOfUnknownRank(result, proto.output, context.declared)) : result;
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

/** Reads a body with input types that hold in every iteration. */
function readSettledBody(
  body: GraphProto,
  { op, inputs, attributes }: { op: string; inputs: readonly (Value | null)[]; attributes: Attributes },
  scope: NameScope,
  context: NodeContext,
): Graph {
  const given = bodyInputs(op, inputs, attributes);
  let graph = context.readBody(body, given.types, scope, context);
  if (body.input.every(({ type }) => type?.tensorType?.shape)) return graph;
  const untyped = { ...body, input: body.input.map(({ name }) => ({ name, type: undefined })) };
  for (let types = settled(graph, given); types; types = settled(graph, given)) {
    graph = context.readBody(untyped, types, scope, context);
  }
  return graph;
}
