import { invalidModel } from '../errors/onnx-error.js';
import type { GraphProto, NodeProto } from '../proto/messages.js';

export function labelOf(node: NodeProto, domain = ''): string {
  const origin = originOf(node);
  const op = domain === '' ? node.opType : `${domain}.${node.opType}`;
  return origin === '' ? `a ${op} node` : `${op} (node "${origin}")`;
}

/** The name of a node in messages: its own, or that of its first output. */
export function originOf(node: NodeProto): string {
  return node.name || node.output.find((name) => name !== '') || '';
}

/**
 * The nodes in topological order; in the order of the file where that is one, as the format requires.
 * @param isOwn whether a name is an input or an initializer of the same graph
 * @param isOuter whether it is a name of an enclosing graph, which a node may shadow
 * @throws OnnxError MODEL_INVALID for a cycle, and for a name that is defined twice or not at all.
 */
export function ordered(
  nodes: readonly NodeProto[],
  isOwn: (name: string) => boolean,
  isOuter: (name: string) => boolean = () => false,
): readonly NodeProto[] {
  const producers = new Map<string, NodeProto>();
  for (const node of nodes) {
    for (const name of node.output) {
      if (name === '') continue;
      const before = producers.get(name);
      if (before || isOwn(name)) {
        const other = before ? labelOf(before) : 'an input or initializer';
        throw invalidModel(`"${name}" is defined twice: by ${labelOf(node)} and by ${other}.`, name);
      }
      producers.set(name, node);
    }
  }
  const done = new Set<NodeProto>();
  const open = new Set<NodeProto>();
  const result: NodeProto[] = [];
  for (const root of nodes) {
    const stack = [root];
    for (let node = stack.at(-1); node; node = stack.at(-1)) {
      const missing = open.has(node) ? [] : unmet(node, producers, done, (name) => isOwn(name) || isOuter(name));
      if (done.has(node) || missing.length === 0) {
        stack.pop();
        open.delete(node);
        if (!done.has(node)) result.push(node);
        done.add(node);
        continue;
      }
      open.add(node);
      for (const [name, producer] of missing) {
        if (open.has(producer))
          throw invalidModel(`${labelOf(node)} reads "${name}", which depends on the node itself.`, name);
        stack.push(producer);
      }
    }
  }
  return result;
}

function unmet(
  node: NodeProto,
  producers: ReadonlyMap<string, NodeProto>,
  done: ReadonlySet<NodeProto>,
  isGiven: (name: string) => boolean,
): readonly (readonly [string, NodeProto])[] {
  const missing: [string, NodeProto][] = [];
  for (const name of namesRead(node)) {
    const producer = producers.get(name);
    if (producer && !done.has(producer)) missing.push([name, producer]);
    if (!producer && !isGiven(name) && node.input.includes(name)) {
      throw invalidModel(`${labelOf(node)} reads "${name}", which is not defined.`, name);
    }
  }
  return missing.reverse();
}

/** The names that a node and its bodies read, of any graph. */
export function namesRead(node: NodeProto): readonly string[] {
  const names = node.input.filter((name) => name !== '');
  for (const { g } of node.attribute) if (g) for (const name of namesReadIn(g)) names.push(name);
  return names;
}

function namesReadIn({ input, initializer, node, output }: GraphProto): readonly string[] {
  const own = new Set([...input, ...initializer].map(({ name }) => name));
  for (const { output: made } of node) for (const name of made) own.add(name);
  return [...node.flatMap(namesRead), ...output.map(({ name }) => name)].filter((name) => !own.has(name));
}
