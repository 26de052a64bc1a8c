import { tensorOf } from '../../tensor/numbers.js';
import { byteLengthOf } from '../../tensor/tensor.js';
import type { Graph, Node, Value } from '../ir/graph.js';
import { graphAttributeOf } from '../ir/read-attributes.js';
import { isTyped } from '../ir/unknown-type.js';
import { constant } from '../ir/values.js';
import { allNumbers, propagatedNumbers } from '../propagate/known-values.js';
import { rebuild } from '../rewrite/rebuild.js';
import { CommonSubexpressions } from './common-subexpressions.js';
import { simplified } from './simplify.js';

/**
 * Folds constants, merges equal nodes and removes operators without effect. Results stay bit-identical: only operators
 * with exactly rounded results are folded.
 */
export function optimize(graph: Graph): Graph {
  const merger = new CommonSubexpressions();
  return rebuild(graph, {
    substitute: (value) => (value.kind === 'constant' ? merger.constant(value) : undefined),
    rewrite: (node) => {
      // Nothing of it is known.
      if (![...node.inputs, ...node.outputs].every(isTyped)) return undefined;
      const outputs = node.outputs.map((value) => asConstant(value) ?? value);
      if (outputs.every((value) => value.kind === 'constant')) return outputs.map((value) => merger.constant(value));
      const branch = chosenBranch(node);
      if (branch !== undefined) return branch;
      const simple = simplified(node) ?? reshapedConstant(node);
      return simple === undefined ? merger.merged(node) : [simple];
    },
  });
}

function asConstant(value: Value) {
  const numbers = propagatedNumbers(value);
  const shape = allNumbers(value.shape);
  if (numbers === undefined || shape === undefined) return undefined;
  return constant(tensorOf(numbers, value.dtype, shape));
}

/** The outputs of the only branch of an If that is ever computed, where that is known. */
function chosenBranch(node: Node): readonly Value[] | undefined {
  if (node.op !== 'If' || node.domain !== '') return undefined;
  const [chosen] = propagatedNumbers(node.inputs[0]) ?? [];
  if (chosen === undefined) return undefined;
  return [...graphAttributeOf(node, chosen === 0 ? 'else_branch' : 'then_branch').outputs.values()];
}

const sameBytes: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** A constant of any size in another shape: its bytes are the same. */
function reshapedConstant(node: Node): Value | undefined {
  const [x] = node.inputs;
  const shape = allNumbers(node.outputs[0]!.shape);
  if (node.domain !== '' || !sameBytes.has(node.op) || x?.kind !== 'constant' || shape === undefined) return undefined;
  if (byteLengthOf({ dtype: x.dtype, shape }) !== x.data.bytes.byteLength) return undefined;
  return constant({ ...x.data, shape });
}
