import type { NodeValue, Value } from '@forge-ml/onnx/graph';

/** Operators whose result is in the memory of their input. */
const views: ReadonlySet<string> = new Set(['Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** The value whose memory a value is in. */
export function sourceOf(value: Value): Value {
  let source = value;
  while (isView(source)) source = source.node.inputs[0]!;
  return source;
}

/** Whether a value is in the memory of the first input of its node. */
export function isView(value: Value): value is NodeValue {
  return value.kind === 'node' && views.has(value.node.op) && value.node.inputs[0] !== null;
}

/** The bytes of a value. A size that only the data decide counts as 1. */
export function bytesOf({ dtype, shape }: Value): number {
  const bits = Number(/\d+$/.exec(dtype)?.[0] ?? 8);
  return shape.reduce<number>((count, size) => count * (typeof size === 'number' ? size : 1), bits / 8);
}
