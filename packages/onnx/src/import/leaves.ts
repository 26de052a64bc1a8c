import type { ConstantValue, ParameterValue, Value } from '../graph/ir/graph.js';
import { constant } from '../graph/ir/values.js';
import { forgetPropagated } from '../graph/propagate/known-values.js';
import type { GraphProto } from '../proto/messages.js';
import type { AnyTensor } from '../tensor/tensor.js';
import { type Leaf, type ParameterRole, parameterRoles } from './parameter-roles.js';
import { type FloatingConstant, isFloating } from './roles/floating-constant.js';
import { Uses } from './roles/uses.js';

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
   * Makes those a parameter that are one by their role.
   * @param values all values of the graph
   * @param order names, in whose order they are returned
   */
  resolve(values: readonly Value[], order: readonly string[]): ResolvedParameters {
    const rank = new Map(order.map((name, at) => [name, at]));
    const rankOf = ({ name }: Leaf) => rank.get(name) ?? order.length;
    const roles = parameterRoles(values, this.#leaves);
    const parameters = new Map<string, ParameterValue>();
    const named = new Map<string, ParameterRole>();
    for (const leaf of this.#leaves.toSorted((a, b) => rankOf(a) - rankOf(b))) {
      const role = roles.get(leaf)!;
      if (role === 'constant') continue;
      const name = unique(leaf.name, parameters);
      parameters.set(name, becomeParameter(leaf.value, name, role !== 'statistics'));
      named.set(name, role);
    }
    if (parameters.size > 0) forgetNumbers(values, new Set<Value>(parameters.values()));
    return { parameters, roles: named };
  }
}

export interface ResolvedParameters {
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly roles: ReadonlyMap<string, ParameterRole>;
}

/** Turns a constant into a parameter in place: the nodes that read it were made before its role was known. */
function becomeParameter(value: FloatingConstant, name: string, trainable: boolean): ParameterValue {
  const { data, dtype, shape } = value;
  const parameter: ParameterValue = { kind: 'parameter', name, initial: data, trainable, dtype, shape };
  Reflect.deleteProperty(value, 'data');
  return Object.assign(value as unknown as ParameterValue, parameter);
}

/** Elements that were computed from a parameter's initial ones are not known: training changes them. */
function forgetNumbers(values: readonly Value[], parameters: ReadonlySet<Value>): void {
  const changing = new Set(parameters);
  for (const node of new Uses(values).nodes) {
    if (node.op === 'Shape' || node.op === 'Size' || !node.inputs.some((value) => value && changing.has(value)))
      continue;
    for (const output of node.outputs) {
      changing.add(output);
      forgetPropagated(output);
    }
  }
}

/** Names in bodies may occur more than once. */
function unique(name: string, taken: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`;
  return free;
}
