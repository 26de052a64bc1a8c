import type { TensorType } from '../graph/ir/types.js';
import type { NodeRequest } from '../graph/make-node.js';
import { propagatedDims } from '../graph/propagate/known-values.js';
import type { GraphProto } from '../proto/messages.js';
import { declaredType } from './from-value-info.js';

/** The types a graph of the file declares for the outputs of its nodes. */
export type DeclaredTypes = ReadonlyMap<string, TensorType>;

export function declaredTypes({ valueInfo, output }: GraphProto): DeclaredTypes {
  const types = new Map<string, TensorType>();
  for (const info of [...valueInfo, ...output]) {
    const { dtype, shape } = (info.type?.tensorType && declaredType(info)) ?? {};
    if (dtype && shape) types.set(info.name, { dtype, shape });
  }
  return types;
}

/** Operators whose second input, if given, determines the rank of their output. */
const hasRankInput = /^(Expand|Reduce\w+|Reshape|Squeeze|Unsqueeze|ConstantOfShape)$/;

/**
 * The output types that the file declares for a node whose output rank depends on numbers known only at run time. All
 * other types are inferred, because files are not trusted.
 */
export function typesOfUnknownRank(
  { op, inputs, attributes }: NodeRequest,
  outputs: readonly string[],
  declared: DeclaredTypes,
): readonly TensorType[] | undefined {
  if (!hasRankInput.test(op)) return undefined;
  const rankInput = op === 'ConstantOfShape' ? inputs[0] : inputs[1];
  const keepdims =
    op.startsWith('Reduce') && !(attributes?.keepdims?.type === 'int' && attributes.keepdims.value === 0);
  if (!rankInput || keepdims || propagatedDims(rankInput)) return undefined;
  const types = outputs.map((name) => declared.get(name));
  return types.every((type) => type !== undefined) ? types : undefined;
}
