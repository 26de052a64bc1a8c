import { describeValue, invalidModel } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import type { Layer, LayerContext, NamedOptions, Step } from './layer.js';

/** Layers in sequence: the output of each is the input of the next. Plain functions of values may be among them. */
export function sequential(...steps: readonly Step[]): Layer {
  return chain({}, steps);
}

/** A `sequential` with a name: `encoder/dense_1/kernel`. */
export function block(name: string, ...steps: readonly Step[]): Layer {
  return chain({ name }, steps);
}

function chain({ name }: NamedOptions, steps: readonly Step[]): Layer {
  const wrong = steps.findIndex((step) => typeof step !== 'function');
  if (wrong >= 0) throw notALayer(name ?? 'sequential', wrong + 1, steps[wrong]);
  const identity = { kind: 'sequential', givenName: name, transparent: name === undefined };
  const call = (x: Value, context: LayerContext): Value => {
    const inside = context.within(layer);
    return steps.reduce((value, step) => step(value, inside), x);
  };
  const layer: Layer = Object.assign(call, identity);
  return layer;
}

function notALayer(owner: string, position: number, given: unknown): Error {
  return invalidModel(
    `Layer ${position} of ${owner} is ${describeValue(given)}, not a layer or a function.`,
    'Give each layer as an argument: sequential(dense(8), ops.relu, dense(1)). A name that a package does not export is undefined.',
  );
}
