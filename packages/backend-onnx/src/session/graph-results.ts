import type { NamedTensor } from '../runtime/protocol.js';
import type { Span } from '../runtime/spans.js';

/** What a run of a graph returns: its numbers by the names of the outputs, and its other outputs. */
export interface GraphResults {
  readonly numbers: ReadonlyMap<string, number>;
  readonly tensors: readonly NamedTensor[];
}

/** What several runs return. */
export interface SeveralResults {
  /** Of each run; if one failed, of those before it. */
  readonly runs: readonly GraphResults[];
  /** When they were sent to the worker, by `performance.now()`. */
  readonly sent: number;
  /** When ONNX Runtime computed. */
  readonly compute: Span;
}
