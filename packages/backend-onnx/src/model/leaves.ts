import type { InputValue, ParameterValue, Value } from '../graph/value.js';

/** What a computation begins with, each in the order it is met, bodies of loops and branches included. */
export interface Leaves {
  readonly inputs: readonly InputValue[];
  readonly parameters: readonly ParameterValue[];
}

export function leavesOf(values: Iterable<Value>): Leaves {
  const inputs = new Set<InputValue>();
  const parameters = new Set<ParameterValue>();
  /** Inputs of bodies: given by the loop, not from outside. */
  const inner = new Set<Value>();
  const seen = new Set<unknown>();
  const stack: Value[] = [...values].reverse();
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    const visited = value.kind === 'node' ? value.node : value;
    if (seen.has(visited)) continue;
    seen.add(visited);
    if (value.kind === 'input') inputs.add(value);
    if (value.kind === 'parameter') parameters.add(value);
    if (value.kind !== 'node') continue;
    for (const input of value.node.inputs) if (input !== null) stack.push(input);
    for (const attribute of Object.values(value.node.attributes)) {
      if (attribute.type !== 'graph') continue;
      for (const input of attribute.value.inputs) inner.add(input);
      stack.push(...attribute.value.outputs.values());
    }
  }
  return { inputs: [...inputs].filter((input) => !inner.has(input)), parameters: [...parameters] };
}
