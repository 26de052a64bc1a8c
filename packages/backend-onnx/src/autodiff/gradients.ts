import { ForgeError } from '@forge-ml/core/plugin';
import { constant } from '../graph/constants.js';
import type { Graph, Value } from '../graph/graph.js';
import { tensorOf } from '../graph/numbers.js';
import { describeType } from '../graph/types.js';
import { walkGraph } from '../graph/walk.js';
import { backpropagate } from './backpropagate.js';
import type { Gradient } from './rule.js';
import { isStatic, zerosLike } from './shapes.js';

/**
 * The gradients of a loss, one number, with respect to values of any place in its graph; null where the loss does not
 * depend on it, or only through what has no gradient.
 * @throws ForgeError MODEL_INVALID for a loss that is not one floating-point number, and where an operator on the way
 * has no rule.
 */
export function gradientsOf(loss: Value, wrt: readonly Value[]): Gradient[] {
  const { dtype, shape } = loss;
  if (!isStatic(shape) || shape.some((size) => size !== 1) || !/float/.test(dtype)) {
    throw new ForgeError('MODEL_INVALID', `The loss is ${describeType(loss)}, where one number is needed.`, {
      about: 'loss',
      hint: 'Take its mean or its sum.',
    });
  }
  return backpropagate(new Map([[loss, constant(tensorOf([1], dtype, shape))]]), wrt);
}

/**
 * A graph with gradients as further outputs: those of `loss` (an output's name, or a value) with respect to each of
 * `wrt` (names of parameters, inputs or outputs, or values). The gradient of `w` is the output `w_grad`; zeros where
 * the loss does not depend on it. A loss that is no output yet becomes the output `loss`.
 * @throws ForgeError MODEL_INVALID for a name there is not, a loss that depends on none of `wrt`, and as `gradientsOf`.
 */
export function gradients(graph: Graph, loss: string | Value, wrt: readonly (string | Value)[]): Graph {
  const named = valuesByName(graph);
  const find = (wanted: string | Value): Value => {
    const value = typeof wanted === 'string' ? named.get(wanted) : wanted;
    if (value) return value;
    throw new ForgeError('MODEL_INVALID', `The graph has no parameter, input or output "${wanted}".`, {
      about: String(wanted),
      hint: `It has ${[...named.keys()].map((name) => `"${name}"`).join(', ')}.`,
    });
  };
  const target = find(loss);
  const values = wrt.map(find);
  const found = gradientsOf(target, values);
  if (found.every((gradient) => gradient === null)) throw noDependence(wrt);
  const outputs = new Map(graph.outputs);
  if (![...outputs.values()].includes(target)) outputs.set(freeName('loss', outputs), target);
  for (const [at, value] of values.entries()) {
    const name = freeName(`${nameOf(wrt[at]!, named) ?? at}_grad`, outputs);
    outputs.set(name, found[at] ?? zerosLike(value));
  }
  return { inputs: graph.inputs, outputs };
}

function nameOf(wanted: string | Value, named: ReadonlyMap<string, Value>): string | undefined {
  if (typeof wanted === 'string') return wanted;
  if (wanted.kind === 'input' || wanted.kind === 'parameter') return wanted.name;
  return [...named].find(([, value]) => value === wanted)?.[0];
}

/** Outputs, inputs and parameters, by name. */
function valuesByName(graph: Graph): Map<string, Value> {
  const named = new Map<string, Value>(graph.outputs);
  const { parameters } = walkGraph(graph);
  for (const value of [...parameters, ...graph.inputs]) named.set(value.name, value);
  return named;
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let at = 2; taken.has(free); at++) free = `${name}_${at}`;
  return free;
}

function noDependence(wrt: readonly (string | Value)[]): ForgeError {
  const names = wrt.map((value) => (typeof value === 'string' ? `"${value}"` : describeType(value))).join(', ');
  return new ForgeError('MODEL_INVALID', `The loss depends on none of ${names} by a way that has a gradient.`, {
    about: 'loss',
    hint: 'Check which output is the loss, and that no stopGradient or rounding lies between.',
  });
}
