import { invalidModel } from '../errors/onnx-error.js';
import { unknownDim } from '../graph/ir/dims.js';
import type { Dim, TensorType } from '../graph/ir/types.js';
import { dtypeOfCode, nameOfDataType } from '../proto/data-types.js';
import type { DimensionProto, ValueInfoProto } from '../proto/messages.js';

/**
 * The type a file declares for an input; undefined where it declares none (inputs of bodies may).
 * `shape` is undefined where not even the rank is declared.
 * @throws OnnxError MODEL_INVALID for something other than a tensor, or one of an unsupported type.
 */
export function declaredType({ name, type }: ValueInfoProto): Partial<TensorType> | undefined {
  if (type?.sequenceType || type?.mapType || type?.sparseTensorType || type?.optionalType) {
    throw invalidModel(`The input "${name}" is not a tensor but a sequence, map, sparse tensor or optional.`, name);
  }
  if (!type?.tensorType) return undefined;
  const { elemType, shape } = type.tensorType;
  // A body's input may declare nothing but its shape.
  const dtype = dtypeOfCode(elemType);
  if (dtype === undefined && elemType !== 0) {
    throw invalidModel(`The input "${name}" is of type ${nameOfDataType(elemType)}, which is not supported.`, name);
  }
  return { ...(dtype ? { dtype } : {}), ...(shape ? { shape: shape.dim.map((dim) => fromDimension(dim, name)) } : {}) };
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
