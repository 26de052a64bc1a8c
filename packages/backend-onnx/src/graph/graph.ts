import type { InputValue, Value } from './value.js';

/** A computation: what goes in, in order, and what comes out, by name. Parameters and constants are found by walking back. */
export interface Graph {
  readonly inputs: readonly InputValue[];
  readonly outputs: ReadonlyMap<string, Value>;
}
