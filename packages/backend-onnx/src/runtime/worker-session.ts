import type { TensorData } from '@forge-ml/core/plugin';
import type { GraphRequest, NamedTensor, Results, RunInputs, RunOutputs } from './protocol.js';

/** The state of a model and its graphs, in the worker. */
export interface WorkerSession {
  /** How many tensors and models it holds. */
  readonly size: number;
  open(graph: GraphRequest): Promise<void>;
  set(tensors: readonly (readonly [name: string, value: TensorData | number])[]): void;
  /** Copies. */
  get(names: readonly string[]): Promise<readonly NamedTensor[]>;
  /**
   * The state as it is now, although steps may follow before the answer.
   * @param answer is called once, with memory to transfer
   */
  give(names: readonly string[], answer: (results: Results, transfer?: ArrayBuffer[]) => void): void;
  /** Gives back what `give` has lent. */
  release(): void;
  /** Runs a graph. @throws Error of ONNX Runtime; the state is then as before */
  run(graph: string, inputs: RunInputs): Promise<RunOutputs>;
  close(): Promise<void>;
}
