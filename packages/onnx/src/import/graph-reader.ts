import { invalidModel } from '../errors/onnx-error.js';
import type { Graph, InputValue, Value } from '../graph/ir/graph.js';
import { untypedInput } from '../graph/ir/unknown-type.js';
import { input } from '../graph/ir/values.js';
import { makeOpaqueNode } from '../graph/make-node.js';
import { attributeProto } from '../proto/codecs.js';
import { nameOfDataType } from '../proto/data-types.js';
import { attributeTypes, type GraphProto, type TensorProto } from '../proto/messages.js';
import type { BodyInput } from './body-inputs.js';
import { declaredTypes } from './declared-types.js';
import { fromTensor, isKept } from './from-tensor.js';
import { partialType, unsupportedType } from './from-value-info.js';
import { NameScope } from './name-scope.js';
import type { NodeContext } from './node-context.js';
import { readNode } from './node-reader.js';
import { ordered } from './order.js';

export interface MainGraph {
  readonly graph: Graph;
  /** All its values by their names in the file. */
  readonly values: ReadonlyMap<string, Value>;
}

/** Reads the main graph of a model. */
export function readMainGraph(proto: GraphProto, context: NodeContext): MainGraph {
  const scope = new NameScope();
  defineInitializers(proto, scope, context);
  // Files from before 2019 list initializers among the inputs, too.
  const inputs = proto.input
    .filter(({ name }) => !scope.isOwn(name))
    .map((info) => {
      const unknown = unsupportedType(info);
      if (unknown) return untypedInput(info.name, unknown);
      const { dtype, shape } = partialType(info);
      if (dtype && shape) return input(info.name, dtype, shape);
      const hint = 'Export the model with its input shapes; sizes that vary can have names.';
      throw invalidModel(`The input "${info.name}" has no ${dtype ? 'shape' : 'type'}.`, info.name, hint);
    });
  defineInputs(inputs, proto, scope);
  const outputs = readNodes(proto, scope, context);
  return { graph: { inputs, outputs }, values: scope.own };
}

/** Reads the body of a Loop, Scan or If. `types`: of its inputs where the file does not declare them. */
export function readBody(
  proto: GraphProto,
  types: readonly BodyInput[],
  outer: NameScope,
  context: NodeContext,
): Graph {
  const scope = new NameScope(outer);
  defineInitializers(proto, scope, context);
  const inputs = proto.input.map((info, index) => {
    const given = types[index];
    const unknown = unsupportedType(info) ?? (given && 'reason' in given ? given : undefined);
    const { dtype, shape } = { ...(given && 'reason' in given ? {} : given), ...partialType(info) };
    if (dtype && shape) return input(info.name, dtype, shape);
    if (unknown) return untypedInput(info.name, unknown);
    throw invalidModel(`The input "${info.name}" of the body "${proto.name}" has no type.`, info.name);
  });
  defineInputs(inputs, proto, scope);
  return { inputs, outputs: readNodes(proto, scope, context) };
}

function defineInitializers(proto: GraphProto, scope: NameScope, { external, leaves }: NodeContext): void {
  if (proto.sparseInitializer.length > 0) {
    throw invalidModel(`The graph "${proto.name}" has sparse initializers, which are not supported.`, proto.name);
  }
  const convert = (tensor: TensorProto): Value =>
    isKept(tensor)
      ? keptTensor(tensor)
      : leaves.make(tensor.name, fromTensor(tensor, `The initializer "${tensor.name}"`, external));
  for (const tensor of proto.initializer) {
    if (tensor.name === '')
      throw invalidModel(`The graph "${proto.name}" has an initializer without a name.`, proto.name);
    if (scope.isOwn(tensor.name)) throw invalidModel(`Two initializers are named "${tensor.name}".`, tensor.name);
    scope.defineLazily(tensor.name, () => convert(tensor));
  }
}

/** A tensor of a type that is only kept, such as texts: the value of a Constant node. */
function keptTensor(tensor: TensorProto): Value {
  const value = attributeProto.of({ name: 'value', type: attributeTypes.tensor, t: { ...tensor, name: '' } });
  const request = {
    op: 'Constant',
    inputs: [],
    attributes: { value: { type: 'proto', value } as const },
    outputs: 1,
    origin: tensor.name,
    names: [tensor.name],
  };
  const type = nameOfDataType(tensor.dataType);
  return makeOpaqueNode(request, `the initializer "${tensor.name}" is of type ${type}, which is not supported`)[0]!;
}

function defineInputs(inputs: readonly InputValue[], proto: GraphProto, scope: NameScope): void {
  for (const value of inputs) {
    if (value.name === '') throw invalidModel(`The graph "${proto.name}" has an input without a name.`, proto.name);
    if (scope.isOwn(value.name)) throw invalidModel(`Two inputs are named "${value.name}".`, value.name);
    scope.define(value.name, value);
  }
}

function readNodes(proto: GraphProto, scope: NameScope, context: NodeContext): ReadonlyMap<string, Value> {
  const nodes = ordered(
    proto.node,
    (name) => scope.isOwn(name),
    (name) => scope.isOuter(name),
  );
  const own = { ...context, declared: declaredTypes(proto) };
  for (const node of nodes) readNode(node, scope, own);
  const outputs = new Map<string, Value>();
  for (const { name } of proto.output) {
    const value = scope.find(name);
    if (!value) throw invalidModel(`"${name}", an output of the graph "${proto.name}", is not defined.`, name);
    if (outputs.has(name)) throw invalidModel(`The graph "${proto.name}" has two outputs named "${name}".`, name);
    outputs.set(name, value);
  }
  return outputs;
}
