import type { ConstantValue, ParameterValue, Value } from '../graph/ir/graph.js';
import { constant, parameter } from '../graph/ir/values.js';
import type { GraphProto } from '../proto/messages.js';
import type { AnyTensor } from '../tensor/tensor.js';
import { type Leaf, type ParameterRole, parameterRoles } from './parameter-roles.js';
import { isFloating } from './roles/floating-constant.js';

/** What the graph of a file has of a tensor that torch.export wrote. */
const declaration = 'pkg.torch.export.graph_signature.InputSpec.kind';

/** The floating tensors of a file, of initializers and Constant nodes, also in bodies. */
export class Leaves {
  readonly #leaves: Leaf[] = [];
  readonly #declared: ReadonlyMap<string, string>;

  constructor({ valueInfo }: GraphProto) {
    this.#declared = new Map(
      valueInfo.flatMap(({ name, metadataProps }) => {
        const kind = metadataProps.find(({ key }) => key === declaration)?.value;
        return kind === undefined ? [] : [[name, kind] as const];
      }),
    );
  }

  /** A constant for now: whether it is a parameter is decided once all that use it are known. */
  make(name: string, data: AnyTensor): ConstantValue {
    const value = constant(data);
    this.add(name, value);
    return value;
  }

  add(name: string, value: Value): void {
    if (!isFloating(value)) return;
    this.#leaves.push({ name, value, declared: this.#declared.get(name) as Leaf['declared'] });
  }

  /**
   * The parameters that take the place of those that are one by their role.
   * @param values all values of the graph
   * @param order names, in whose order they are returned
   */
  resolve(values: readonly Value[], order: readonly string[]): ResolvedParameters {
    const rank = new Map(order.map((name, at) => [name, at]));
    const rankOf = ({ name }: Leaf) => rank.get(name) ?? order.length;
    const roles = parameterRoles(values, this.#leaves);
    const parameters = new Map<string, ParameterValue>();
    const named = new Map<string, ParameterRole>();
    const replacements = new Map<Value, ParameterValue>();
    for (const leaf of this.#leaves.toSorted((a, b) => rankOf(a) - rankOf(b))) {
      const role = roles.get(leaf)!;
      if (role === 'constant') continue;
      const name = unique(leaf.name, parameters);
      const made = parameter(name, leaf.value.data, { trainable: role !== 'statistics' });
      parameters.set(name, made);
      replacements.set(leaf.value, made);
      named.set(name, role);
    }
    return { parameters, roles: named, replacements };
  }
}

export interface ResolvedParameters {
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly roles: ReadonlyMap<string, ParameterRole>;
  /** By the constant of the graph. */
  readonly replacements: ReadonlyMap<Value, ParameterValue>;
}

/** Names in bodies may occur more than once. */
function unique(name: string, taken: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`;
  return free;
}
