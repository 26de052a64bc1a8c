import type { Node, Value } from '../../graph/ir/graph.js';
import type { Gradient } from '../adjoints/rule.js';
import { isRepeatable } from './is-repeatable.js';
import { recomputedNodes } from './recomputed-nodes.js';

/** A forward pass, and what would be stored for its gradients. */
export interface ForwardPass {
  /** In topological order. */
  readonly nodes: readonly Node[];
  /** The values that the gradients read if nothing is computed again. */
  readonly saved: ReadonlySet<Value>;
}

/** Disjoint parts of the nodes of a forward pass, each of nodes that follow each other, in the same order. */
export type ChooseSegments = (forward: ForwardPass) => readonly (readonly Node[])[];

/** The segments of a forward pass that are computed again in the backward pass, each when it is reached. */
export class RecomputedSegments {
  #segments: readonly (readonly Node[])[] = [];
  readonly #choose: ChooseSegments;
  readonly #saved: ReadonlySet<Value>;
  readonly #segmentOf = new Map<Node, number>();
  readonly #copies = new Map<number, ReadonlyMap<Node, Node>>();
  /** Gradients of the leaves since the last segment. */
  #awaited: Value[] = [];

  /** @param saved the values that the gradients read if nothing is computed again */
  constructor(choose: ChooseSegments, saved: ReadonlySet<Value>) {
    this.#choose = choose;
    this.#saved = saved;
  }

  get segments(): readonly (readonly Node[])[] {
    return this.#segments;
  }

  /** The node that each copy is of. */
  get originals(): Map<Node, Node> {
    const pairs = [...this.#copies.values()].flatMap((copies) => [...copies]);
    return new Map(pairs.flatMap(([node, copy]) => (node === copy || !isRepeatable(node) ? [] : [[copy, node]])));
  }

  /** Chooses the segments before the walk. @param nodes of the forward pass, in topological order */
  start(nodes: readonly Node[]): void {
    this.#segments = this.#choose({ nodes, saved: this.#saved });
    for (const [at, segment] of this.#segments.entries()) for (const node of segment) this.#segmentOf.set(node, at);
  }

  /** The next segment is not computed before this gradient is: what it needs can be freed first. */
  await(gradient: Value): void {
    this.#awaited.push(gradient);
  }

  /**
   * The node to differentiate in place of one of the forward pass.
   * @param gradients those of its outputs
   */
  copyOf(node: Node, gradients: readonly Gradient[]): Node {
    const segment = this.#segmentOf.get(node);
    if (segment === undefined) return node;
    let copies = this.#copies.get(segment);
    if (copies === undefined) {
      const incoming = gradients.filter((gradient) => gradient !== null);
      copies = recomputedNodes(this.#segments[segment]!, [...incoming, ...this.#awaited]);
      this.#copies.set(segment, copies);
      this.#awaited = [];
    }
    return copies.get(node)!;
  }
}
