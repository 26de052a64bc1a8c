import { heldBytes } from '../../tensor/tensor.js';
import type { Attribute, ConstantValue, Node, Value } from '../ir/graph.js';
import { randomOperators } from '../ir/random-operators.js';
import { describeType } from '../ir/types.js';

/** Constants up to this many bytes are compared by content. */
const smallBytes = 512;

/** Finds nodes and small constants that repeat earlier ones. */
export class CommonSubexpressions {
  private readonly nodes = new Map<string, Node>();
  private readonly constants = new Map<string, ConstantValue>();
  private readonly numbers = new Map<object, number>();

  /** The first constant with these elements. */
  constant(value: ConstantValue): ConstantValue {
    const { data } = value;
    if (heldBytes(data) > smallBytes) return value;
    const key = `${describeType(data)} ${Buffer.from(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength).toString('latin1')}`;
    const before = this.constants.get(key);
    if (before === undefined) this.constants.set(key, value);
    return before ?? value;
  }

  /** The outputs of an earlier node that computes the same; undefined where there is none. */
  merged(node: Node): readonly Value[] | undefined {
    if (randomOperators.has(node.op) || node.opset !== undefined) return undefined;
    const inputs = node.inputs.map((value) => (value === null ? '' : this.valueKey(value)));
    const attributes = Object.keys(node.attributes)
      .sort()
      .map((name) => `${name}=${this.attributeKey(node.attributes[name]!)}`);
    const key = [node.domain, node.op, node.outputs.length, ...inputs, ...attributes].join('|');
    const before = this.nodes.get(key);
    if (before === undefined) this.nodes.set(key, node);
    return before === node ? undefined : before?.outputs;
  }

  private valueKey(value: Value): string {
    return value.kind === 'node' ? `${this.numberOf(value.node)}.${value.output}` : `${this.numberOf(value)}`;
  }

  private attributeKey(attribute: Attribute): string {
    if (attribute.type === 'proto') return `#${this.numberOf(attribute.value)}`;
    if (attribute.type === 'graph' || attribute.type === 'tensor') return `#${this.tensorOrGraphKey(attribute)}`;
    return `${attribute.type}${JSON.stringify(attribute.value)}`;
  }

  private tensorOrGraphKey(attribute: Extract<Attribute, { type: 'graph' | 'tensor' }>): string {
    if (attribute.type === 'graph') return `${this.numberOf(attribute.value)}`;
    const { dtype, shape, bytes } = attribute.value;
    if (bytes.byteLength > smallBytes) return `${this.numberOf(attribute.value)}`;
    return `${describeType({ dtype, shape })}${bytes.join()}`;
  }

  private numberOf(thing: object): number {
    const number = this.numbers.get(thing) ?? this.numbers.size;
    this.numbers.set(thing, number);
    return number;
  }
}
