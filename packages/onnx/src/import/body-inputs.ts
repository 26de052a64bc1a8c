import { unknownDim } from '../graph/ir/dims.js';
import type { Attributes, Graph, Value } from '../graph/ir/graph.js';
import type { TensorType } from '../graph/ir/types.js';
import { isTyped, type UnknownType, unknownTypeOf } from '../graph/ir/unknown-type.js';

/** The type of a body's input, as far as it is known. */
export type BodyInput = TensorType | UnknownType;

/**
 * The types of a body's inputs, derived from the inputs of its Loop or Scan, where the file does not declare them.
 * `carried`: how many of them, after the first `before`, the body returns, from its output `after` on.
 */
export interface BodyInputs {
  readonly types: readonly BodyInput[];
  readonly before: number;
  readonly carried: number;
  readonly after: number;
}

export function bodyInputs(op: string, inputs: readonly (Value | null)[], attributes: Attributes): BodyInputs {
  const types = inputs.map((value): BodyInput => {
    return (value && (unknownTypeOf(value) ?? value)) ?? { dtype: 'bool', shape: [] };
  });
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
  const slices = types.slice(carried).map((type, index): BodyInput => {
    if ('reason' in type) return type;
    const { dtype, shape } = type;
    const axis = axes[index] ?? 0;
    return { dtype, shape: shape.toSpliced(axis < 0 ? axis + shape.length : axis, 1) };
  });
  return { types: [...types.slice(0, carried), ...slices], before: 0, carried, after: 0 };
}

/**
 * The inputs' types given the body's outputs: a dimension that an iteration changes has no fixed size. undefined if
 * nothing changes.
 */
export function settled(body: Graph, { before, carried, after }: BodyInputs): readonly BodyInput[] | undefined {
  const outputs = [...body.outputs.values()];
  let changes = false;
  const types = body.inputs.map((input, index): BodyInput => {
    const unknown = unknownTypeOf(input);
    if (unknown) return unknown;
    const { dtype, shape } = input;
    const output = index >= before && index < before + carried ? outputs[index - before + after] : undefined;
    if (!output || !isTyped(output) || output.shape.length !== shape.length) return { dtype, shape };
    const dims = shape.map((dim, axis) => {
      if (dim === output.shape[axis] || (typeof dim === 'string' && dim.startsWith('?'))) return dim;
      changes = true;
      return unknownDim();
    });
    return { dtype, shape: dims };
  });
  return changes ? types : undefined;
}
