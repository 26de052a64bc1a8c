import type { TensorType } from '../graph/ir/types.js';
import type { NodeRequest } from '../graph/make-node.js';
import { propagatedDims } from '../graph/propagate/known-values.js';
import type { GraphProto } from '../proto/messages.js';
import { declaredType } from './from-value-info.js';

/** The types a graph of the file declares for what its nodes make. */
export type DeclaredTypes = ReadonlyMap<string, TensorType>;

export function declaredTypes({ valueInfo, output }: GraphProto): DeclaredTypes {
  const types = new Map<string, TensorType>();
  for (const info of [...valueInfo, ...output]) {
    const { dtype, shape } = (info.type?.tensorType && declaredType(info)) ?? {};
    if (dtype && shape) types.set(info.name, { dtype, shape });
  }
  return types;
}

/** Operators whose second input, where it is there, says how many dimensions they make. */
const saysRank = /^(Expand|Reduce\w+|Reshape|Squeeze|Unsqueeze|ConstantOfShape)$/;

/**
 * What the file says a node makes, where that cannot be inferred because it depends on numbers known only at run
 * time. Everything else is inferred: files are not believed.
 */
export function typesOfUnknownRank(
  { op, inputs, attributes }: NodeRequest,
  outputs: readonly string[],
  declared: DeclaredTypes,
): readonly TensorType[] | undefined {
  if (!saysRank.test(op)) return undefined;
  const says = op === 'ConstantOfShape' ? inputs[0] : inputs[1];
  const keepdims =
    op.startsWith('Reduce') && !(attributes?.keepdims?.type === 'int' && attributes.keepdims.value === 0);
  if (!says || keepdims || propagatedDims(says)) return undefined;
  const types = outputs.map((name) => declared.get(name));
  return types.every((type) => type !== undefined) ? types : undefined;
}
