import { invalidModel } from '../errors/onnx-error.js';
import type { Attribute, Attributes, Value } from '../graph/ir/graph.js';
import type { FunctionProto, NodeProto } from '../proto/messages.js';
import { fromAttribute } from './from-attribute.js';
import { NameScope } from './name-scope.js';
import type { FunctionLibrary, NodeContext, ReadNode } from './node-context.js';
import { readNode } from './node-reader.js';
import { opsetsOf } from './opsets.js';
import { ordered } from './order.js';

const deepest = 64;

/** The functions that a model defines. A call is replaced by the function's nodes. */
export class Functions implements FunctionLibrary {
  readonly #byKey = new Map<string, FunctionProto>();

  constructor(functions: readonly FunctionProto[]) {
    for (const proto of functions) {
      const key = keyOf(proto.domain, proto.name, proto.overload);
      if (this.#byKey.has(key)) throw invalidModel(`Two functions are named "${key}".`, key);
      this.#byKey.set(key, proto);
    }
  }

  inline({ domain, opType, overload }: NodeProto, call: ReadNode, outer: NodeContext): readonly Value[] | undefined {
    const proto = this.#byKey.get(keyOf(domain, opType, overload));
    if (!proto) return undefined;
    if (outer.within.length >= deepest) {
      throw invalidModel(
        `The function ${proto.name} calls itself, or functions are nested deeper than ${deepest}.`,
        proto.name,
      );
    }
    const scope = new NameScope();
    const given = new Set(proto.input);
    proto.input.forEach((name, index) => {
      const value = call.inputs[index];
      if (value) scope.define(name, value);
    });
    const opsets = opsetsOf(proto.opsetImport);
    const context: NodeContext = {
      ...outer,
      opsets: opsets.onnx === undefined ? outer.opsets : opsets,
      declared: new Map(),
      bindings: this.#bind(proto, call, outer),
      within: [...outer.within, call.origin.split('/').at(-1) ?? proto.name],
    };
    const isGiven = (name: string): boolean => given.has(name);
    // An input the caller omitted is also omitted where it is passed on.
    for (const node of ordered(proto.node, isGiven)) {
      const input = node.input.map((name) => (given.has(name) && !scope.isOwn(name) ? '' : name));
      readNode({ ...node, input }, scope, context);
    }
    return proto.output.map((name) => {
      const value = scope.find(name);
      if (!value) throw invalidModel(`"${name}", an output of the function ${proto.name}, is not defined.`, name);
      return value;
    });
  }

  #bind(proto: FunctionProto, call: ReadNode, outer: NodeContext): Attributes {
    // Without a prototype, an attribute named `__proto__` is an ordinary one.
    const bindings = Object.create(null) as Record<string, Attribute>;
    for (const attribute of proto.attributeProto) {
      bindings[attribute.name] = fromAttribute(attribute, {
        node: `the function ${proto.name}`,
        origin: proto.name,
        external: outer.external,
        readBody: () => {
          throw invalidModel(
            `The function ${proto.name} has a graph as a default, which is not supported.`,
            proto.name,
          );
        },
      });
    }
    return { ...bindings, ...call.attributes };
  }
}

function keyOf(domain: string, name: string, overload: string): string {
  return [domain === 'ai.onnx' ? '' : domain, name, overload].join(':');
}
