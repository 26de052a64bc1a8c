import type { Node, Value } from '@forge-ml/onnx/graph';
import { call, floatAttribute, makeNode } from '@forge-ml/onnx/graph';
import { add, cast, gather, matMul, mul, transpose } from '@forge-ml/onnx/ops';
import type { AdapterWeights } from './adapter-weights.js';
import type { Adapter } from './choose-adapters.js';
import type { WeightUse } from './weight-use.js';

/**
 * y + scale · B(A(dropout(x))), where y is the output of the node. In float32, whatever the node computes in; a y of
 * whole numbers is made real, and rounded again as it was.
 */
export function adaptNode(
  node: Node,
  use: WeightUse,
  adapter: Adapter,
  { a, b }: AdapterWeights,
  scale: number,
  dropout: (x: Value) => Value,
): Value {
  const y = node.outputs[0]!;
  const rounding = use.integers?.rounding;
  if (rounding === undefined) return add(y, cast(delta(), y.dtype));
  const { scale: step, zero } = rounding;
  const real = call('DequantizeLinear', [y, step, zero]);
  return call('QuantizeLinear', [add(real, cast(delta(), real.dtype)), step, zero]);

  function delta(): Value {
    if (use.kind === 'embedding') return matMul(mul(gather(transpose(a), use.x), scale), transpose(b));
    const x = dropout(cast(use.x, 'float32'));
    if (use.kind === 'conv') {
      const [inner] = makeNode({ op: 'Conv', inputs: [x, a], attributes: use.reader.attributes });
      return makeNode({ op: 'Conv', inputs: [mul(inner!, scale), b] })[0]!;
    }
    const by = /Gemm$/.test(use.reader.op) ? scale * floatAttribute(use.reader, 'alpha', 1) : scale;
    // A tied weight may be used in both directions.
    const [first, second] = use.inFirst === adapter.inFirst ? [transpose(a), transpose(b)] : [b, a];
    return matMul(mul(matMul(x, first), by), second);
  }
}
