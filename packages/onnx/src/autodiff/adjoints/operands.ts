import type { Graph, Node, Value } from '../../graph/ir/graph.js';
import { input } from '../../graph/ir/values.js';
import { bodiesOf, capturesOf } from '../../graph/ir/walk.js';
import { rebuild } from '../../graph/rewrite/rebuild.js';

/**
 * What a node's outputs depend on: its inputs, null if omitted, then the outer values its bodies capture. A rule's
 * gradients are in this order.
 */
export function operandsOf(node: Node): readonly (Value | null)[] {
  const captured = capturedBy(node);
  return captured.length === 0 ? node.inputs : [...node.inputs, ...captured];
}

/** The outer values that a node's bodies capture, each once. */
export function capturedBy(node: Node): readonly Value[] {
  return [...new Set(bodiesOf(node).flatMap(capturesOf))];
}

/** A copy of the body with its own inputs, so that it can be part of another node. */
export function copyOfBody(body: Graph): Graph {
  const replaced = new Map<Value, Value>(
    body.inputs.map((value) => [value, input(value.name, value.dtype, value.shape)]),
  );
  for (const value of capturesOf(body)) replaced.set(value, value);
  return rebuild(body, replaced);
}
