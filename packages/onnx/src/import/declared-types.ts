import type { DeclaredType } from '../graph/make-node.js';
import type { GraphProto, ValueInfoProto } from '../proto/messages.js';
import { partialType } from './from-value-info.js';

/**
 * The types a graph of the file declares for the outputs of its nodes. They count only where a type cannot be inferred,
 * because files are not trusted.
 */
export type DeclaredTypes = ReadonlyMap<string, DeclaredType>;

/** More than any runtime supports. Limits how much memory a model file can request. */
const maxDimensions = 64;

export function declaredTypes({ valueInfo, output }: GraphProto): DeclaredTypes {
  const types = new Map<string, DeclaredType>();
  for (const info of [...valueInfo, ...output]) if (info.type) types.set(info.name, declaredIn(info));
  return types;
}

function declaredIn(info: ValueInfoProto): DeclaredType {
  const { dtype, shape } = partialType(info);
  const usable = shape !== undefined && shape.length <= maxDimensions;
  return { ...(dtype ? { dtype } : {}), ...(usable ? { shape } : {}), declared: info.type };
}
