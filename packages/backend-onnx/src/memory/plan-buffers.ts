import { dependenciesOf, type Graph, type Node, type NodeValue, type Value, walkGraph } from '@forge-ml/onnx/graph';
import { viewed } from '../model/value-size.js';
import { executionOrder } from './execution-order.js';
import { mayReplace } from './kernel-memory.js';

/** Memory that values have one after another, or share. */
export interface Buffer {
  readonly bytes: number;
  /** How often nodes read it. */
  reads: number;
}

/** How ONNX Runtime runs a graph. */
export interface MemoryPlan {
  readonly order: readonly Node[];
  /** The memory of each value that is in the arena. */
  readonly buffers: ReadonlyMap<Value, Buffer>;
}

export interface PlanRequest {
  /** Values that are outputs, and not in the arena. */
  readonly elsewhere: ReadonlySet<Value>;
  readonly bytesOf: (value: Value) => number;
}

/**
 * Which values share memory (`PlannerImpl` in onnxruntime/core/framework/allocation_planner.cc): a view has that of its
 * input; an operator that may writes over an input that is not read again; others are put where a value of the same shape
 * was that is not read again. Memory is freed after its last value: what waits for another value takes memory, too.
 */
export function planBuffers(graph: Graph, { elsewhere, bytesOf }: PlanRequest): MemoryPlan {
  const order = executionOrder(walkGraph(graph).nodes);
  const outputs = new Set(graph.outputs.values());
  const reads = countReads(order);
  const buffers = new Map<Value, Buffer>();
  /** Reads that are to come. */
  const left = new Map<Buffer, number>();
  const unused: (readonly [Buffer, Value])[] = [];
  const place = (value: NodeValue): Buffer | undefined => {
    if (!outputs.has(value)) {
      const source = viewed(value);
      if (source !== undefined) return buffers.get(source);
      const replaced = value.node.inputs.find((operand) => canReplace(value, operand));
      if (replaced) return buffers.get(replaced);
      const at = unused.findLastIndex(([, before]) => hasSameSize(before, value));
      if (at >= 0) return unused.splice(at, 1)[0]![0];
    }
    return { bytes: bytesOf(value), reads: 0 };
  };
  const canReplace = (value: NodeValue, operand: Value | null) => {
    if (operand === null || !mayReplace(value.node) || !hasSameSize(operand, value)) return false;
    const buffer = buffers.get(operand);
    return buffer !== undefined && left.get(buffer) === 1;
  };
  for (const node of order) {
    for (const value of node.outputs) {
      const count = (reads.get(value) ?? 0) + (outputs.has(value) ? 1 : 0);
      if (count === 0 || elsewhere.has(value)) continue;
      const buffer = place(value);
      if (buffer === undefined) continue;
      buffers.set(value, buffer);
      buffer.reads += count;
      left.set(buffer, (left.get(buffer) ?? 0) + count);
    }
    for (const value of dependenciesOf(node)) {
      const buffer = buffers.get(value);
      if (buffer === undefined) continue;
      const count = left.get(buffer)! - 1;
      left.set(buffer, count);
      if (count === 0) unused.push([buffer, value]);
    }
  }
  return { order, buffers };
}

function countReads(nodes: readonly Node[]): ReadonlyMap<Value, number> {
  const reads = new Map<Value, number>();
  for (const node of nodes) for (const value of dependenciesOf(node)) reads.set(value, (reads.get(value) ?? 0) + 1);
  return reads;
}

function hasSameSize(one: Value, other: Value): boolean {
  const isSame = one.dtype === other.dtype && one.shape.length === other.shape.length;
  return isSame && one.shape.length > 0 && one.shape.every((size, axis) => size === other.shape[axis]);
}
