import { invalidModel } from '../errors/onnx-error.js';
import type { Attribute, Graph } from '../graph/ir/graph.js';
import { type AttributeProto, attributeTypes, type GraphProto, keptAttributeTypes } from '../proto/messages.js';
import { type ExternalBytes, fromTensor, isKept } from './from-tensor.js';

export interface AttributeContext {
  /** The node it belongs to, as messages name it. */
  readonly node: string;
  readonly origin: string;
  readonly external: ExternalBytes;
  readonly readBody: (name: string, body: GraphProto) => Graph;
  /** Whether to clamp an integer beyond 2^53 to it. Default: an error. */
  readonly saturate?: boolean;
}

const decoder = new TextDecoder();

/** @throws OnnxError MODEL_INVALID naming the node and the attribute */
export function fromAttribute(proto: AttributeProto, context: AttributeContext): Attribute {
  const what = `The attribute "${proto.name}" of ${context.node}`;
  const whole = (value: bigint): number => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    if (context.saturate) return value < 0n ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
    throw invalidModel(`${what} is ${value}, which is beyond 2^53.`, context.origin);
  };
  // Writers that omit zeros omit the value, too.
  switch (proto.type || guessType(proto)) {
    case attributeTypes.int:
      return { type: 'int', value: whole(proto.i ?? 0n) };
    case attributeTypes.float:
      return { type: 'float', value: proto.f ?? 0 };
    case attributeTypes.string:
      return { type: 'string', value: decoder.decode(proto.s ?? new Uint8Array()) };
    case attributeTypes.ints:
      return { type: 'ints', value: proto.ints.map(whole) };
    case attributeTypes.floats:
      return { type: 'floats', value: proto.floats };
    case attributeTypes.strings:
      return { type: 'strings', value: proto.strings.map((bytes) => decoder.decode(bytes)) };
    case attributeTypes.tensor:
      if (proto.t && isKept(proto.t)) return { type: 'proto', value: proto };
      if (proto.t) return { type: 'tensor', value: fromTensor(proto.t, what, context.external) };
      break;
    case attributeTypes.graph:
      if (proto.g) return { type: 'graph', value: context.readBody(proto.name, proto.g) };
      break;
    default:
      if (keptAttributeTypes.has(proto.type)) return { type: 'proto', value: proto };
      throw invalidModel(`${what} is of an unsupported kind (number ${proto.type}).`, context.origin);
  }
  throw invalidModel(`${what} has no value.`, context.origin);
}

/** Files from before 2017 have no type. */
function guessType(proto: AttributeProto): number {
  if (proto.i !== undefined) return attributeTypes.int;
  if (proto.f !== undefined) return attributeTypes.float;
  if (proto.s) return attributeTypes.string;
  if (proto.t) return attributeTypes.tensor;
  if (proto.g) return attributeTypes.graph;
  if (proto.floats.length > 0) return attributeTypes.floats;
  return proto.strings.length > 0 ? attributeTypes.strings : attributeTypes.ints;
}
