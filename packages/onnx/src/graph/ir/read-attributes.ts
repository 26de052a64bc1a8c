import type { Attribute, Graph, Node } from './graph.js';

export function intAttribute(node: Pick<Node, 'attributes'>, name: string, otherwise: number): number {
  return attributeOf(node, name, 'int')?.value ?? otherwise;
}

export function floatAttribute(node: Pick<Node, 'attributes'>, name: string, otherwise: number): number {
  return attributeOf(node, name, 'float')?.value ?? otherwise;
}

export function textAttribute(node: Pick<Node, 'attributes'>, name: string, otherwise: string): string {
  return attributeOf(node, name, 'string')?.value ?? otherwise;
}

export function intsAttribute(node: Pick<Node, 'attributes'>, name: string): readonly number[] | undefined {
  return attributeOf(node, name, 'ints')?.value;
}

function attributeOf<T extends Attribute['type']>(node: Pick<Node, 'attributes'>, name: string, type: T) {
  const attribute = node.attributes[name];
  return attribute?.type === type ? (attribute as Extract<Attribute, { type: T }>) : undefined;
}

/** The body in a node's graph attribute. */
export function graphAttributeOf(node: Node, name: string): Graph {
  return attributeOf(node, name, 'graph')!.value;
}
