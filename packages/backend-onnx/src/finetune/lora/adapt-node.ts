import type { Node, Value } from '@forge-ml/onnx/graph';
import { floatAttribute, makeNode } from '@forge-ml/onnx/graph';
import { add, cast, gather, matMul, mul, transpose } from '@forge-ml/onnx/ops';
import type { AdapterWeights } from './adapter-weights.js';
import type { Adapter } from './choose-adapters.js';
import type { WeightUse } from './weight-use.js';

/** y + scale · B(A(dropout(x))), where y is the output of the node. In float32, whatever the node computes in. */
export function adaptNode(
  node: Node,
  use: WeightUse,
  adapter: Adapter,
  { a, b }: AdapterWeights,
  scale: number,
  dropout: (x: Value) => Value,
): Value {
  const y = node.outputs[0]!;
  return add(y, cast(delta(), y.dtype));

  function delta(): Value {
    if (use.kind === 'embedding') return matMul(mul(gather(transpose(a), use.x), scale), transpose(b));
    const x = dropout(cast(use.x, 'float32'));
    if (use.kind === 'conv') {
      const [inner] = makeNode({ op: 'Conv', inputs: [x, a], attributes: node.attributes });
      return makeNode({ op: 'Conv', inputs: [mul(inner!, scale), b] })[0]!;
    }
    const by = node.op === 'Gemm' ? scale * floatAttribute(node, 'alpha', 1) : scale;
    // A tied weight may be used in both directions.
    const [first, second] = use.inFirst === adapter.inFirst ? [transpose(a), transpose(b)] : [b, a];
    return matMul(mul(matMul(x, first), by), second);
  }
}
