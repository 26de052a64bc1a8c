import type { Node, Value } from '../../graph/ir/graph.js';
import { dtypeOf, isTyped } from '../../graph/ir/unknown-type.js';
import { numbersOf } from '../../tensor/numbers.js';
import { elementwise, views } from './operands.js';
import type { Use, Uses } from './uses.js';

/** How many nodes of one path are looked at. */
const longest = 32;

/** The number of elements; NaN where it is not fixed, or not known. */
export function countOf(value: Value): number {
  if (!isTyped(value)) return Number.NaN;
  return value.shape.reduce<number>((count, size) => (typeof size === 'number' ? count * size : Number.NaN), 1);
}

/** The number that a constant of one element holds. */
export function numberOf(value: Value | null | undefined): number | undefined {
  return value?.kind === 'constant' && countOf(value) === 1 ? numbersOf(value.data)[0] : undefined;
}

/** The node that computes a value, behind changes of layout and type. */
export function sourceOf(value: Value): Node | undefined {
  let source: Value | null | undefined = value;
  for (let step = 0; step < longest && source?.kind === 'node'; step++) {
    if (!views.has(source.node.op)) return source.node;
    source = source.node.inputs[0];
  }
  return undefined;
}

/** Whether a value is a floating input of the model, or one scaled and shifted by tensors of the file. */
export function isRawInput(value: Value, isFixed: (value: Value | null | undefined) => boolean): boolean {
  let source: Value | null | undefined = value;
  for (let step = 0; step < longest && source; step++) {
    if (source.kind !== 'node') return source.kind === 'input' && (dtypeOf(source)?.includes('float') ?? false);
    const { op, inputs }: Node = source.node;
    if (!views.has(op) && !(elementwise.has(op) && inputs.some(isFixed))) return false;
    source = views.has(op) ? inputs[0] : inputs.find((input) => !isFixed(input));
  }
  return false;
}

/** Whether a product of positions goes straight into sines and cosines: the operand is their frequencies. */
export function isFrequencyOf({ node, at }: Use, uses: Uses): boolean {
  if (node.op !== 'Mul' && node.op !== 'MatMul' && node.op !== 'Einsum') return false;
  const value = node.inputs[at]!;
  if (!isTyped(value) || value.shape.filter((size) => size !== 1).length > 1) return false;
  const found = new Set<string>();
  const open = [...node.outputs] as Value[];
  for (let step = 0; step < longest && open.length > 0; step++) {
    for (const { node: reader } of uses.of(open.pop()!)) {
      if (reader.op === 'Sin' || reader.op === 'Cos') found.add(reader.op);
      else if (views.has(reader.op) || reader.op === 'Concat') open.push(...reader.outputs);
      else if (!isScaled(reader)) return false;
      else open.push(...reader.outputs);
    }
  }
  return open.length === 0 && found.size > 0;
}

/** Whether a number is added to what a root is taken of, so that it is not zero. */
export function isEpsilonOf({ node, at }: Use, uses: Uses): boolean {
  if (node.op !== 'Add' || countOf(node.inputs[at]!) !== 1) return false;
  const readers = node.outputs.flatMap((output) => uses.of(output));
  return readers.length > 0 && readers.every((reader) => reader.at === 0 && isRoot(reader.node));
}

/** A square root, or 1 divided by one as a power. */
export function isRoot({ op, inputs }: Node): boolean {
  return op === 'Sqrt' || (op === 'Pow' && Math.abs(numberOf(inputs[1]) ?? 0) === 0.5);
}

function isScaled({ op, inputs }: Node): boolean {
  return (op === 'Mul' || op === 'Div') && inputs.some((input) => input !== null && countOf(input) === 1);
}

/** The tensors of the file that a value is a part of, or a selection from. */
export function leavesBehind(value: Value): readonly Value[] {
  const found: Value[] = [];
  const open: Value[] = [value];
  for (let step = 0; step < longest && open.length > 0; step++) {
    const next = open.pop()!;
    if (next.kind === 'constant') found.push(next);
    if (next.kind !== 'node') continue;
    const { op, inputs } = next.node;
    if (views.has(op) || op === 'Gather') open.push(inputs[0]!);
    if (op === 'Concat') for (const part of inputs) if (part) open.push(part);
    if (op === 'Mul')
      for (const part of inputs) if (part && inputs.some((one) => one && countOf(one) === 1)) open.push(part);
  }
  return found;
}
