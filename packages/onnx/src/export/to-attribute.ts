import { OnnxError } from '../errors/onnx-error.js';
import type { Attribute, Node } from '../graph/ir/graph.js';
import { attributeProto } from '../proto/codecs.js';
import { type AttributeProto, attributeTypes, type GraphProto } from '../proto/messages.js';
import { toTensor } from './to-tensor.js';

const encoder = new TextEncoder();

/** `body` writes the graph of a Loop, Scan or If. */
export function toAttribute(
  node: Node,
  name: string,
  attribute: Attribute,
  body: (attribute: string) => GraphProto,
): AttributeProto {
  if (attribute.type === 'proto') return { ...attribute.value, name };
  const type = attributeTypes[attribute.type];
  const whole = (value: number): bigint => {
    if (Number.isSafeInteger(value)) return BigInt(value);
    const message = `The attribute "${name}" of ${node.op} must be a whole number, not ${value}.`;
    throw new OnnxError('MODEL_INVALID', message, { about: node.origin ?? node.op });
  };
  const of = (fields: Partial<AttributeProto>) => attributeProto.of({ name, type, ...fields });
  switch (attribute.type) {
    case 'int':
      return of({ i: whole(attribute.value) });
    case 'float':
      return of({ f: attribute.value });
    case 'string':
      return of({ s: encoder.encode(attribute.value) });
    case 'ints':
      return of({ ints: attribute.value.map(whole) });
    case 'floats':
      return of({ floats: attribute.value });
    case 'strings':
      return of({ strings: attribute.value.map((text) => encoder.encode(text)) });
    case 'tensor':
      return of({ t: toTensor('', attribute.value) });
    case 'graph':
      return of({ g: body(name) });
  }
}
