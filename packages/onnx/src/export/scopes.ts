import type { Graph } from '../graph/ir/graph.js';

/** One graph of a model while it is written: the main one, or the body of a Loop, Scan or If. */
export interface Scope {
  readonly graph: Graph;
  readonly parent: Scope | undefined;
  readonly depth: number;
}

/** The innermost scope that encloses both. */
export function commonScope(a: Scope, b: Scope): Scope {
  let [left, right] = [a, b];
  while (left !== right) {
    if (left.depth >= right.depth) left = left.parent ?? left;
    else right = right.parent ?? right;
  }
  return left;
}

export function encloses(outer: Scope, inner: Scope): boolean {
  return commonScope(outer, inner) === outer;
}
