import { numbersOf } from '../../tensor/numbers.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Attribute, ConstantValue, Graph, Node, Value } from './graph.js';
import { describeType } from './types.js';
import { dtypeOf, isTyped } from './unknown-type.js';
import { innerNodes, walkGraph } from './walk.js';

/** A graph as text, a line for each node: `%3 = Conv(%1, conv.weight) strides=[2, 2]  float32[batch, 16, 14, 14]`. */
export function dump(graph: Graph): string {
  const { nodes, parameters } = walkGraph(graph);
  const dumper = new Dumper();
  const kept = parameters.map((value) => {
    return `parameter ${value.name}  ${describeType(value)}${value.trainable ? '' : ' (not trained)'}`;
  });
  return [...kept, ...dumper.graph(graph, nodes, '')].join('\n');
}

class Dumper {
  private readonly names = new Map<Value, string>();
  private count = 0;

  graph(graph: Graph, nodes: Iterable<Node>, indent: string): string[] {
    const lines = graph.inputs.map((value) => {
      // Bodies of several loops may have inputs of the same name.
      this.names.set(value, indent === '' ? value.name : `%${value.name}.${this.next()}`);
      return `${indent}input ${this.nameOf(value)}  ${typeText(value)}`;
    });
    for (const node of nodes) lines.push(...this.node(node, indent));
    for (const [name, value] of graph.outputs) lines.push(`${indent}output ${name} = ${this.nameOf(value)}`);
    return lines;
  }

  private node(node: Node, indent: string): string[] {
    const { op, domain, inputs, attributes, outputs } = node;
    for (const value of outputs) this.names.set(value, `%${this.next()}`);
    const results = outputs.map((value) => this.nameOf(value)).join(', ');
    const operands = inputs.map((value) => (value === null ? '_' : this.nameOf(value))).join(', ');
    const plain = Object.entries(attributes).filter(([, { type }]) => type !== 'graph');
    const options = plain.map(([name, attribute]) => ` ${name}=${describeAttribute(attribute)}`).join('');
    const types = outputs.map(typeText).join(', ');
    const lines = [`${indent}${results} = ${domain === '' ? op : `${domain}.${op}`}(${operands})${options}  ${types}`];
    for (const [name, attribute] of Object.entries(attributes)) {
      if (attribute.type !== 'graph') continue;
      lines.push(`${indent}  ${name}:`, ...this.graph(attribute.value, innerNodes(attribute.value), `${indent}    `));
    }
    return lines;
  }

  private next(): number {
    this.count += 1;
    return this.count;
  }

  private nameOf(value: Value): string {
    if (value.kind === 'parameter') return value.name;
    if (value.kind === 'constant') return describeConstant(value);
    return this.names.get(value) ?? (value.kind === 'input' ? value.name : '%?');
  }
}

function typeText(value: Value): string {
  return isTyped(value) ? describeType(value) : `${dtypeOf(value) ?? '?'}[?]`;
}

/** Up to six numbers in full, else their type. */
function describeConstant({ data }: ConstantValue): string {
  if (sizeOf(data.shape) > 6) return `constant ${describeType(data)}`;
  const numbers = numbersOf(data);
  return data.shape.length === 0 ? `${numbers[0]}` : `[${numbers.join(', ')}]`;
}

function describeAttribute(attribute: Attribute): string {
  if (attribute.type === 'tensor') return describeType(attribute.value);
  if (attribute.type === 'string') return JSON.stringify(attribute.value);
  if (attribute.type === 'strings') return `[${attribute.value.map((text) => JSON.stringify(text)).join(', ')}]`;
  if (attribute.type === 'ints' || attribute.type === 'floats') return `[${attribute.value.join(', ')}]`;
  if (attribute.type === 'proto') return '…';
  return `${attribute.value}`;
}
