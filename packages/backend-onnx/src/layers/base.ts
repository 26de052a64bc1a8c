import type { ConstantValue, ParameterValue } from '@forge-ml/onnx/graph';

/** A model file whose weights a model reads and never changes: they are no state, and no checkpoint has them. */
export interface BaseFile {
  /** SHA-256 of the model file alone, 64 hexadecimal digits; undefined for one that was given as bytes. */
  readonly sha256: string | undefined;
  /** Where it was read, absolute. */
  readonly path: string | undefined;
  /**
   * State that says which base it belongs to: uint8 [32], the SHA-256 of the model with its external data. A checkpoint
   * of another one is refused.
   */
  readonly hash: ParameterValue;
  /** Its large constants by their names: scales, weights of 4 bits, tables. No checkpoint has them either. */
  readonly constants: ReadonlyMap<ConstantValue, string>;
  /** What exporters need to know about the adapters, as JSON. */
  readonly adapters: string;
}

/** The frozen weights of a model. */
export interface Base {
  readonly values: readonly ParameterValue[];
  readonly files: readonly BaseFile[];
}
