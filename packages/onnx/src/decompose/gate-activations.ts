import { invalidModel } from '../errors/onnx-error.js';
import { describeNode } from '../graph/infer/draft.js';
import type { Attribute, Node, Value } from '../graph/ir/graph.js';
import {
  elu,
  hardSigmoid,
  leakyRelu,
  relu,
  sigmoid,
  softplus,
  softsign,
  tanh,
  thresholdedRelu,
} from '../ops/activations.js';
import { add, mul } from '../ops/elementwise.js';

export type Activation = (x: Value) => Value;

interface Definition {
  /** Defaults of the parameters that the node omits. */
  readonly alpha?: number;
  readonly beta?: number;
  readonly of: (x: Value, alpha: number, beta: number) => Value;
}

/** By lower-case name: as in ONNX Runtime, names are case-insensitive. */
const definitions: Readonly<Record<string, Definition>> = {
  relu: { of: relu },
  tanh: { of: tanh },
  sigmoid: { of: sigmoid },
  softsign: { of: softsign },
  softplus: { of: softplus },
  leakyrelu: { alpha: 0.01, of: leakyRelu },
  thresholdedrelu: { alpha: 1, of: thresholdedRelu },
  elu: { alpha: 1, of: elu },
  hardsigmoid: { alpha: 0.2, beta: 0.5, of: (x, alpha, beta) => hardSigmoid(x, { alpha, beta }) },
  affine: { alpha: 1, beta: 0, of: (x, alpha, beta) => add(mul(x, alpha), beta) },
  scaledtanh: { alpha: 1, beta: 1, of: (x, alpha, beta) => mul(tanh(mul(x, beta)), alpha) },
};

/**
 * The activations of a recurrent node; `defaults` for each direction if it names none. The parameter lists are consumed
 * in order by the activations that have parameters.
 * @throws OnnxError MODEL_INVALID for an activation that ONNX does not define, or a wrong number of them.
 */
export function gateActivations(node: Node, defaults: readonly string[], directions: number): readonly Activation[] {
  const { activations, activation_alpha, activation_beta } = node.attributes;
  const count = defaults.length * directions;
  const names =
    activations?.type === 'strings' ? activations.value : Array.from({ length: directions }, () => defaults).flat();
  if (names.length !== count) {
    throw invalidModel(
      `${describeNode(node.op, node.origin)} has ${names.length} activations, not ${count}.`,
      node.origin,
    );
  }
  const alphas = listOf(activation_alpha);
  const betas = listOf(activation_beta);
  return names.map((name) => {
    const key = name.toLowerCase();
    const found = Object.hasOwn(definitions, key) ? definitions[key] : undefined;
    if (!found) {
      throw invalidModel(
        `${describeNode(node.op, node.origin)} has the activation ${name}, which ONNX does not define.`,
        name,
      );
    }
    const alpha = found.alpha === undefined ? 0 : (alphas.shift() ?? found.alpha);
    const beta = found.beta === undefined ? 0 : (betas.shift() ?? found.beta);
    return (x) => found.of(x, alpha, beta);
  });
}

function listOf(attribute: Attribute | undefined): number[] {
  return attribute?.type === 'floats' ? [...attribute.value] : [];
}
