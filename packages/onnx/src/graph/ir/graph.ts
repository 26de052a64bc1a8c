import type { AttributeProto } from '../../proto/messages.js';
import type { AnyTensor, TensorData, UnpackedDType } from '../../tensor/tensor.js';
import type { TensorType } from './types.js';

/**
 * A computation: its inputs in order, its outputs by name. Parameters and constants are found by walking back from the
 * outputs.
 */
export interface Graph {
  readonly inputs: readonly InputValue[];
  readonly outputs: ReadonlyMap<string, Value>;
}

/**
 * A tensor of the graph. Its type and shape are known when it is made; only inputs and parameters have names, the
 * others get one when a model is written.
 */
export type Value = InputValue | ParameterValue | ConstantValue | NodeValue;

/** Given at run time. */
export interface InputValue extends TensorType<UnpackedDType> {
  readonly kind: 'input';
  readonly name: string;
}

/** A tensor that belongs to the model, such as a weight: known by its name. */
export interface ParameterValue extends TensorType<UnpackedDType> {
  readonly kind: 'parameter';
  readonly name: string;
  readonly initial: TensorData;
  /** Whether training updates it by its gradient. */
  readonly trainable: boolean;
}

/** Fixed when the graph is made. */
export interface ConstantValue extends TensorType {
  readonly kind: 'constant';
  readonly data: AnyTensor;
}

/** What a node computes. */
export interface NodeValue extends TensorType {
  readonly kind: 'node';
  readonly node: Node;
  /** Which of the node's outputs. */
  readonly output: number;
  /** The name it had in the file it was read from, for messages. */
  readonly name?: string | undefined;
}

/** Tagged, because ONNX distinguishes integers from floats by the type of the attribute. */
export type Attribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: AnyTensor }
  | { readonly type: 'graph'; readonly value: Graph }
  /** One that is only kept and written again, as in the file: texts in a tensor, a sparse tensor, a type. */
  | { readonly type: 'proto'; readonly value: AttributeProto };

export type Attributes = Readonly<Record<string, Attribute>>;

/** One operation. Immutable; made by `makeNode`, which infers the types of its outputs. */
export interface Node {
  /** The ONNX operator, e.g. `Conv`. */
  readonly op: string;
  /** `''` for ONNX's own operators. */
  readonly domain: string;
  /** null where an optional input is omitted. */
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly outputs: readonly NodeValue[];
  /** The name it had in the file it was read from, for messages. */
  readonly origin: string | undefined;
  /**
   * The version of its domain's operators that it is written in, where that is known and matters: for operators of other
   * domains, and those that are only kept.
   */
  readonly opset?: number | undefined;
  /** The module of PyTorch that it is from, where its exporter has said so: `encoder.layer.0.query`. */
  readonly module?: string | undefined;
}
