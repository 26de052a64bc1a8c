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
  const identity = { kind: 'sequential', givenName: name, transparent: name === undefined };
  const call = (x: Value, context: LayerContext): Value => {
    const inside = context.within(layer);
    return steps.reduce((value, step) => step(value, inside), x);
  };
  const layer: Layer = Object.assign(call, identity);
  return layer;
}
