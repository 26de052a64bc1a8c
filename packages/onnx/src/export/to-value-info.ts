import type { Value } from '../graph/ir/graph.js';
import { unknownTypeOf } from '../graph/ir/unknown-type.js';
import { tensorTypeProto, typeProto, valueInfoProto } from '../proto/codecs.js';
import { codeOfDtype } from '../proto/data-types.js';
import type { ValueInfoProto } from '../proto/messages.js';
import { toValueInfo } from './to-tensor.js';

/** The name and type of a value; one whose type is not known is as the file that it is from declares it. */
export function toValueInfoOf(name: string, value: Value): ValueInfoProto {
  const unknown = unknownTypeOf(value);
  if (unknown === undefined) return toValueInfo(name, value);
  const { declared, dtype } = unknown;
  const elementsOnly = dtype && typeProto.of({ tensorType: tensorTypeProto.of({ elemType: codeOfDtype(dtype) }) });
  return valueInfoProto.of({ name, type: declared ?? elementsOnly });
}
