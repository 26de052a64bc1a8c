import type { Value } from '@forge-ml/onnx/graph';

/** Operators whose result is in the memory of their input. */
const views: ReadonlySet<string> = new Set(['Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** The value whose memory a value is in. */
export function sourceOf(value: Value): Value {
  let source = value;
  for (let input = viewed(source); input !== undefined; input = viewed(source)) source = input;
  return source;
}

/** What a value is a view of: the input of its node whose memory it is in; undefined if it has its own. */
export function viewed(value: Value): Value | undefined {
  if (value.kind !== 'node' || !views.has(value.node.op)) return undefined;
  return value.node.inputs[0] ?? undefined;
}

/** The bytes of a value. A size that only the data decide counts as 1. */
export function bytesOf({ dtype, shape }: Value): number {
  return shape.reduce<number>((count, size) => count * (typeof size === 'number' ? size : 1), bytesOfElement(dtype));
}

/** The bytes of a number: half a byte for 4 bits. */
export function bytesOfElement(dtype: string): number {
  return Number(/\d+$/.exec(dtype)?.[0] ?? 8) / 8;
}
