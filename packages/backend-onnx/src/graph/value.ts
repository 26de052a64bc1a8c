import type { TensorData } from '@forge-ml/core/plugin';
import type { Node } from './node.js';
import type { TensorType } from './types.js';

/**
 * A tensor of the graph. Its type and shape are known when it is made; names are given only when a model is built,
 * but for inputs and parameters, whose names are part of what they are.
 */
export type Value = InputValue | ParameterValue | ConstantValue | NodeValue;

/** Given at run time. */
export interface InputValue extends TensorType {
  readonly kind: 'input';
  readonly name: string;
}

/** Kept in the model's train state, and saved by its name. */
export interface ParameterValue extends TensorType {
  readonly kind: 'parameter';
  readonly name: string;
  readonly initial: TensorData;
  /** Whether the optimizer updates it. */
  readonly trainable: boolean;
}

/** Fixed when the graph is made. */
export interface ConstantValue extends TensorType {
  readonly kind: 'constant';
  readonly data: TensorData;
}

/** What a node computes. */
export interface NodeValue extends TensorType {
  readonly kind: 'node';
  readonly node: Node;
  /** Which of the node's outputs. */
  readonly output: number;
}
