import { invalidModel } from '../errors/onnx-error.js';
import { unknownDim } from '../graph/ir/dims.js';
import type { Dim, TensorType } from '../graph/ir/types.js';
import type { UnknownType } from '../graph/ir/unknown-type.js';
import { dtypeOfCode, nameOfDataType } from '../proto/data-types.js';
import type { DimensionProto, ValueInfoProto } from '../proto/messages.js';

/**
 * What a file declares of a tensor's type: without `dtype` where that is not declared or not supported, and without
 * `shape` where not even the rank is. Empty for what is not a tensor.
 */
export function partialType({ name, type }: ValueInfoProto): Partial<TensorType> {
  if (!type?.tensorType) return {};
  const { elemType, shape } = type.tensorType;
  const dtype = dtypeOfCode(elemType);
  return { ...(dtype ? { dtype } : {}), ...(shape ? { shape: shape.dim.map((dim) => fromDimension(dim, name)) } : {}) };
}

/**
 * Why the type of an input is not known, although the file declares one: it is not a tensor, or holds something other
 * than numbers.
 */
export function unsupportedType({ name, type }: ValueInfoProto): UnknownType | undefined {
  if (!type) return undefined;
  const unknown = (how: string): UnknownType => {
    return { reason: `the input "${name}" ${how}`, path: [`the input "${name}"`], before: [], declared: type };
  };
  const { sequenceType, mapType, sparseTensorType, optionalType, tensorType } = type;
  if (sequenceType || mapType || sparseTensorType || optionalType) {
    return unknown('is not a tensor but a sequence, map, sparse tensor or optional');
  }
  const elements = tensorType?.elemType ?? 0;
  if (elements === 0 || dtypeOfCode(elements) !== undefined) return undefined;
  return unknown(`is of type ${nameOfDataType(elements)}, which is not supported`);
}

function fromDimension({ dimValue, dimParam }: DimensionProto, input: string): Dim {
  if (dimValue !== undefined && dimValue >= 0n) {
    if (Number.isSafeInteger(Number(dimValue))) return Number(dimValue);
    throw invalidModel(`The input "${input}" has a dimension of ${dimValue}, which is beyond 2^53.`, input);
  }
  return isName(dimParam) ? dimParam : unknownDim();
}

/**
 * Arithmetic on dimensions parses names: text that would parse as a number or as part of an expression is not a name.
 */
function isName(text: string): boolean {
  if (text === '' || text.includes('?') || /^[\d\s+*-]/.test(text)) return false;
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
