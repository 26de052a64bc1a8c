import type { Documentation } from '../graph/ir/documentation.js';
import type { Node, Value } from '../graph/ir/graph.js';
import { graphProto, nodeProto } from '../proto/codecs.js';
import type { GraphProto, NodeProto, TensorProto, ValueInfoProto } from '../proto/messages.js';
import type { Names } from './names.js';
import { inOlderForm } from './older-opset.js';
import { optionalFromOf } from './optional-outputs.js';
import type { Placement } from './placement.js';
import type { Scope } from './scopes.js';
import { toAttribute } from './to-attribute.js';
import { toTensor } from './to-tensor.js';
import { toValueInfoOf } from './to-value-info.js';

export interface Naming {
  /** Every name of a value in the model. */
  readonly names: Names;
  readonly nodeNames: Names;
  /** The opset that nodes are written in. */
  readonly opset: number;
  /** The names given so far; those of inputs, parameters and outputs are set from the start. */
  readonly given: Map<Value, string>;
}

/** Writes the graphs of one model: each value is named on first use. */
export class GraphWriter {
  readonly #placement: Placement;
  readonly #naming: Naming;

  constructor(placement: Placement, naming: Naming) {
    this.#placement = placement;
    this.#naming = naming;
  }

  main(
    name: string,
    inputs: readonly ValueInfoProto[],
    parameters: readonly TensorProto[],
    { graphDocString = '', docStrings = new Map() }: Documentation = {},
  ): GraphProto {
    const scope = this.#placement.main;
    const { node, initializer } = this.#content(scope);
    const output = [...scope.graph.outputs].map(([key, value]) => {
      if (this.#nameOf(value) !== key) node.push(this.#identity(value, key));
      return toValueInfoOf(key, value);
    });
    const documented = (info: ValueInfoProto) => ({ ...info, docString: docStrings.get(info.name) ?? '' });
    return graphProto.of({
      name,
      node,
      initializer: [...parameters, ...initializer],
      docString: graphDocString,
      input: inputs.map(documented),
      output: output.map(documented),
    });
  }

  #body(name: string, scope: Scope): GraphProto {
    const { given, names } = this.#naming;
    const input = scope.graph.inputs.map((value) => {
      given.set(value, names.like(value.name));
      return toValueInfoOf(this.#nameOf(value), value);
    });
    const { node, initializer } = this.#content(scope);
    // A body's outputs are positional, and each must be computed in the body itself, under a unique name.
    const own = new Set<Value>();
    const output = [...scope.graph.outputs.values()].map((value) => {
      const direct = value.kind === 'node' && this.#placement.homeOf(value.node) === scope && !own.has(value);
      own.add(value);
      if (direct) return toValueInfoOf(this.#nameOf(value), value);
      const copy = names.next('Identity');
      node.push(this.#identity(value, copy));
      return toValueInfoOf(copy, value);
    });
    return graphProto.of({ name, node, initializer, input, output });
  }

  #content(scope: Scope): { node: NodeProto[]; initializer: readonly TensorProto[] } {
    const { names, given } = this.#naming;
    const initializer = (this.#placement.constants.get(scope) ?? []).map((value) => {
      const name = given.get(value) ?? names.next('Constant');
      given.set(value, name);
      return toTensor(name, value.data);
    });
    return { node: (this.#placement.nodes.get(scope) ?? []).map((node) => this.#node(node)), initializer };
  }

  #node(node: Node): NodeProto {
    const name = node.origin ? this.#naming.nodeNames.like(node.origin) : this.#naming.nodeNames.next(node.op);
    const output = this.#outputs(node);
    const attribute = Object.entries(node.attributes).map(([key, value]) =>
      toAttribute(node, key, value, () => this.#body(`${name}.${key}`, this.#placement.bodyOf(node, key))),
    );
    const input = node.inputs.map((value) => (value ? this.#nameOf(value) : ''));
    while (input.at(-1) === '') input.pop();
    const proto = nodeProto.of({ input, output, name, opType: node.op, domain: node.domain, attribute });
    return inOlderForm(node, proto, this.#naming.opset);
  }

  #outputs(node: Node): readonly string[] {
    const optionalFrom = optionalFromOf(node) ?? node.outputs.length;
    const outputs = node.outputs.map((value, index) => {
      if (index >= optionalFrom && !this.#placement.isRead(node, index)) return '';
      const name = this.#naming.given.get(value) ?? this.#naming.names.next(node.op);
      this.#naming.given.set(value, name);
      return name;
    });
    while (outputs.at(-1) === '') outputs.pop();
    return outputs;
  }

  #identity(value: Value, output: string): NodeProto {
    const name = this.#naming.nodeNames.next('Identity');
    return nodeProto.of({ input: [this.#nameOf(value)], output: [output], name, opType: 'Identity' });
  }

  #nameOf(value: Value): string {
    const name = this.#naming.given.get(value);
    // Producers are written before their consumers, so this is an internal error, not an invalid graph.
    if (name === undefined) throw new Error(`a ${value.kind} is read before it has a name`);
    return name;
  }
}
