import { unknownDim } from '../graph/ir/dims.js';
import type { Attributes, Graph, Value } from '../graph/ir/graph.js';
import type { TensorType } from '../graph/ir/types.js';

/**
 * The types of a body's inputs, derived from the inputs of its Loop or Scan, where the file does not declare them.
 * `carried`: how many of them, after the first `before`, the body returns, from its output `after` on.
 */
export interface BodyInputs {
  readonly types: readonly TensorType[];
  readonly before: number;
  readonly carried: number;
  readonly after: number;
}

export function bodyInputs(op: string, inputs: readonly (Value | null)[], attributes: Attributes): BodyInputs {
  const types = inputs.map((value): TensorType => value ?? { dtype: 'bool', shape: [] });
  if (op === 'Loop') {
    const carried = types.slice(2);
    const counters: TensorType[] = [
      { dtype: 'int64', shape: [] },
      { dtype: 'bool', shape: [] },
    ];
    return { types: [...counters, ...carried], before: 2, carried: carried.length, after: 1 };
  }
  if (op !== 'Scan') return { types: [], before: 0, carried: 0, after: 0 };
  const scanned = attributes.num_scan_inputs?.type === 'int' ? attributes.num_scan_inputs.value : 0;
  const carried = Math.max(0, types.length - scanned);
  const axes = attributes.scan_input_axes?.type === 'ints' ? attributes.scan_input_axes.value : [];
  const slices = types.slice(carried).map(({ dtype, shape }, index): TensorType => {
    const axis = axes[index] ?? 0;
    return { dtype, shape: shape.toSpliced(axis < 0 ? axis + shape.length : axis, 1) };
  });
  return { types: [...types.slice(0, carried), ...slices], before: 0, carried, after: 0 };
}

/**
 * The inputs' types given the body's outputs: a dimension that an iteration changes has no fixed size. undefined if
 * nothing changes.
 */
export function settled(body: Graph, { before, carried, after }: BodyInputs): readonly TensorType[] | undefined {
  const outputs = [...body.outputs.values()];
  let changes = false;
  const types = body.inputs.map(({ dtype, shape }, index): TensorType => {
    const output = index >= before && index < before + carried ? outputs[index - before + after] : undefined;
    if (!output || output.shape.length !== shape.length) return { dtype, shape };
    const dims = shape.map((dim, axis) => {
      if (dim === output.shape[axis] || (typeof dim === 'string' && dim.startsWith('?'))) return dim;
      changes = true;
      return unknownDim();
    });
    return { dtype, shape: dims };
  });
  return changes ? types : undefined;
}
