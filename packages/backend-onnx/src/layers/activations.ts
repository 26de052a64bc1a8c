import { ForgeError } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import {
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mul,
  relu,
  selu,
  sigmoid,
  softmax,
  softplus,
  tanh,
} from '@forge-ml/onnx/ops';

const byName = {
  relu: (x: Value) => relu(x),
  leakyRelu: (x: Value) => leakyRelu(x),
  elu: (x: Value) => elu(x),
  selu: (x: Value) => selu(x),
  gelu: (x: Value) => gelu(x),
  /** Also called swish (Ramachandran et al., 2017). */
  silu: (x: Value) => mul(x, sigmoid(x)),
  sigmoid: (x: Value) => sigmoid(x),
  hardSigmoid: (x: Value) => hardSigmoid(x),
  hardSwish: (x: Value) => hardSwish(x),
  tanh: (x: Value) => tanh(x),
  softplus: (x: Value) => softplus(x),
  softmax: (x: Value) => softmax(x, -1),
  linear: (x: Value) => x,
};

/** A name, or any function of a value. */
export type Activation = keyof typeof byName | ((x: Value) => Value);

/** @throws ForgeError MODEL_INVALID naming the known activations. */
export function activate(layer: string, activation: Activation, x: Value): Value {
  if (typeof activation === 'function') return activation(x);
  if (Object.hasOwn(byName, activation)) return byName[activation](x);
  throw new ForgeError('MODEL_INVALID', `${layer}: there is no activation ${String(activation)}.`, {
    about: layer,
    hint: `Use ${Object.keys(byName).join(', ')}, or a function of a value.`,
  });
}
