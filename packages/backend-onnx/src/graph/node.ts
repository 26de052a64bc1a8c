import type { TensorData } from '@forge-ml/core/plugin';
import type { Graph } from './graph.js';
import type { NodeValue, Value } from './value.js';

/** ONNX tells whole from floating numbers by the attribute, so here they are tagged. */
export type Attribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: TensorData }
  | { readonly type: 'graph'; readonly value: Graph };

export type Attributes = Readonly<Record<string, Attribute>>;

/** One operation. Immutable; made by `makeNode`, which infers the types of its outputs. */
export interface Node {
  /** The ONNX operator, e.g. `Conv`. */
  readonly op: string;
  /** `''` for ONNX's own operators. */
  readonly domain: string;
  /** null where an optional input is left out. */
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly outputs: readonly NodeValue[];
  /** The name it had in the file it was read from, for messages. */
  readonly origin: string | undefined;
}
