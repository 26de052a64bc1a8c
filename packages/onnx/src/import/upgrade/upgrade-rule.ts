import type { Attribute, Attributes, Value } from '../../graph/ir/graph.js';
import type { NodeRequest } from '../../graph/make-node.js';

/** Upgrades nodes of opsets before `before` to opset 21. */
export interface Upgrade {
  readonly before: number;
  readonly change: (node: NodeRequest) => NodeRequest | readonly Value[];
}

type Values = { [A in Attribute as A['type']]: A['value'] };

/** The value of an attribute; undefined where it is missing or of another type. */
export function attributeOf<K extends keyof Values>(
  attributes: Attributes | undefined,
  name: string,
  type: K,
): Values[K] | undefined {
  const attribute = attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (attribute === undefined || attribute.type !== type) return undefined;
  return attribute.value as Values[K];
}

export function without(attributes: Attributes | undefined, names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([name]) => !names.includes(name)));
}
