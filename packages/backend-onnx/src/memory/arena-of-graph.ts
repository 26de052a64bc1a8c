import { bodiesOf, dependenciesOf, type Graph, type Value } from '@forge-ml/onnx/graph';
import { Arena, type Block } from './arena.js';
import { workspaceOf } from './kernel-memory.js';
import { type Buffer, planBuffers } from './plan-buffers.js';

/**
 * The memory that ONNX Runtime's arena has after it has run a graph on the CPU, in bytes: for all values beside inputs
 * and parameters.
 * @param bytesOf the size of a value
 * @param elsewhere outputs that are written into other memory
 */
export function arenaOf(
  graph: Graph,
  bytesOf: (value: Value) => number,
  elsewhere: ReadonlySet<Value> = new Set(),
): number {
  const { order, buffers } = planBuffers(graph, { elsewhere, bytesOf });
  const arena = new Arena();
  const blocks = new Map<Buffer, Block>();
  const left = new Map<Buffer, number>();
  for (const node of order) {
    for (const value of node.outputs) {
      const buffer = buffers.get(value);
      if (buffer === undefined || left.has(buffer)) continue;
      blocks.set(buffer, arena.allocate(buffer.bytes));
      left.set(buffer, buffer.reads);
    }
    const workspace = workspaceOf(node, bytesOf, (value) => buffers.has(value));
    const bodies = bodiesOf(node).map((body) => arenaOf(body, bytesOf));
    for (const block of [...workspace, ...bodies].map((bytes) => arena.allocate(bytes))) arena.release(block);
    for (const value of dependenciesOf(node)) {
      const buffer = buffers.get(value);
      if (buffer === undefined || !left.has(buffer)) continue;
      left.set(buffer, left.get(buffer)! - 1);
      if (left.get(buffer) === 0) arena.release(blocks.get(buffer)!);
    }
  }
  return arena.touched;
}
