import type { Blocks } from './blocks.js';
import type { FlatModel, FlatNode } from './flat-nodes.js';
import type { LinearLayer } from './layers.js';
import type { ShownCut, ShownValue } from './shown-model.js';

export interface LastLayers {
  /** What they read. */
  readonly features: readonly string[];
  readonly weights: ReadonlySet<string>;
}

/** The last linear layers on the way to the outputs: those that no other one reads, directly or not. */
export function lastLayers(
  { nodes }: FlatModel,
  layers: readonly LinearLayer[],
  outputs: readonly string[],
): LastLayers {
  const byNode = new Map(layers.map((layer) => [layer.node, layer]));
  const found = outputs.flatMap((output) => layersBehind([output], nodes, byNode).slice(0, 1));
  const earlier = new Set(found.flatMap(({ node }) => layersBehind(node.inputs, nodes, byNode)));
  const last = found.filter((layer) => !earlier.has(layer));
  return {
    features: [...new Set(last.filter(({ node }) => node.isMain).map(({ reads }) => reads))],
    weights: new Set(last.map(({ weight }) => weight.name)),
  };
}

/** The linear layers that values depend on, the last first. */
function layersBehind(
  values: readonly string[],
  nodes: readonly FlatNode[],
  layers: ReadonlyMap<FlatNode, LinearLayer>,
): LinearLayer[] {
  const needed = new Set(values);
  const found: LinearLayer[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    const layer = layers.get(node);
    if (layer !== undefined) found.push(layer);
    for (const name of node.inputs) needed.add(name);
  }
  return found;
}

/**
 * Values to cut the model at: what the last layers read, and the last value of each block that another block reads.
 * @param typeOf the type of a value, as far as it is known
 */
export function findCuts(
  { nodes }: FlatModel,
  blocks: Blocks,
  { features }: LastLayers,
  typeOf: (name: string) => Omit<ShownValue, 'name'>,
): ShownCut[] {
  const main = nodes.filter(({ isMain }) => isMain);
  const producedIn = new Map(main.flatMap((node) => node.outputs.map((name) => [name, blocks.ofNode(node)] as const)));
  const readElsewhere = new Set(
    main.flatMap((node) => node.inputs.filter((name) => (producedIn.get(name) ?? '') !== blocks.ofNode(node))),
  );
  const ends = new Map<string, string>();
  for (const node of main) {
    for (const name of node.outputs) {
      const isFloat = typeOf(name).dtype === null || /float/.test(typeOf(name).dtype!);
      if (isFloat && blocks.ofNode(node) !== '' && readElsewhere.has(name)) ends.set(blocks.ofNode(node), name);
    }
  }
  return [
    ...[...ends].map(([block, name]): ShownCut => ({ kind: 'end', block, name, ...typeOf(name) })),
    ...features.map(
      (name): ShownCut => ({ kind: 'features', block: producedIn.get(name) ?? '', name, ...typeOf(name) }),
    ),
  ];
}
