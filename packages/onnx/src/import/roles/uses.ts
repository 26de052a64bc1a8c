import type { Graph, Node, Value } from '../../graph/ir/graph.js';
import { bodiesOf, innerNodes, walk } from '../../graph/ir/walk.js';

/** A node that reads a value. */
export interface Use {
  readonly node: Node;
  /** Which of its inputs. */
  readonly at: number;
}

/** Who reads each value, and where values go unchanged: into bodies of loops, and out of branches. */
export class Uses {
  readonly #uses = new Map<Value, Use[]>();
  readonly #flows = new Map<Value, Value[]>();
  /** In topological order; those of bodies follow their node. */
  readonly nodes: readonly Node[];

  constructor(values: Iterable<Value>) {
    const nodes: Node[] = [];
    const add = (node: Node): void => {
      nodes.push(node);
      for (const [at, value] of node.inputs.entries()) if (value) append(this.#uses, value, { node, at });
      for (const body of bodiesOf(node)) {
        this.#connect(node, body);
        for (const inner of innerNodes(body)) add(inner);
      }
    };
    for (const node of walk(values).nodes) add(node);
    this.nodes = nodes;
  }

  of(value: Value): readonly Use[] {
    return this.#uses.get(value) ?? [];
  }

  /** The values that are this one in another graph. */
  flows(value: Value): readonly Value[] {
    return this.#flows.get(value) ?? [];
  }

  #connect(node: Node, body: Graph): void {
    // A Loop's body has the iteration and the condition first; an If's has no inputs.
    for (const [at, inner] of body.inputs.entries()) {
      const value = node.inputs[at];
      if (value) append(this.#flows, value, inner);
    }
    const skipped = node.op === 'Loop' ? 1 : 0;
    for (const [at, value] of [...body.outputs.values()].entries()) {
      const outer = node.outputs[at - skipped];
      if (outer) append(this.#flows, value, outer);
    }
  }
}

function append<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
