import { OnnxError } from '../../errors/onnx-error.js';
import type { Graph, InputValue, Value } from '../ir/graph.js';
import type { Shape } from '../ir/types.js';
import { input } from '../ir/values.js';
import { rebuild } from './rebuild.js';

/**
 * The graph with other input shapes, by name; all types are inferred again.
 * @throws OnnxError MODEL_INVALID for an unknown input, and where an operator does not accept its new inputs.
 */
export function withShapes(graph: Graph, shapes: Readonly<Record<string, Shape>>): Graph {
  const byName = new Map(graph.inputs.map((value) => [value.name, value]));
  const changes = new Map<Value, InputValue>();
  for (const [name, shape] of Object.entries(shapes)) {
    const value = byName.get(name);
    if (value !== undefined) changes.set(value, input(name, value.dtype, shape));
    else throw noInput(name, [...byName.keys()]);
  }
  return rebuild(graph, changes);
}

function noInput(name: string, names: readonly string[]): OnnxError {
  return new OnnxError('MODEL_INVALID', `The graph has no input "${name}".`, {
    about: name,
    hint: `It has ${names.map((each) => `"${each}"`).join(', ')}.`,
  });
}
