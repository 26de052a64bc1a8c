import type { TensorData } from '@forge-ml/core/plugin';
import type { TerminateHandle } from '@forge-ml/ort';
import type { BindingName, NamedTensor } from './protocol.js';
import type { GraphSettings } from './session-config.js';
import type { WorkerSession } from './worker-session.js';

/** A binding of ONNX Runtime that computes in memory that it is given. */
export interface Runtime {
  readonly name: BindingName;
  /** Whether that memory may be shared between threads. */
  readonly shares: boolean;
  /** For `terminateRun` in another thread; undefined where a run cannot be ended. */
  readonly terminate?: TerminateHandle;
  /** Tensors of state that were copied between the host and a device; undefined where nothing counts them. */
  readonly stateCopies?: number;
  /** @param settings threads by default: those of the worker's options */
  open(model: Uint8Array, settings?: GraphSettings): Promise<RuntimeModel>;
  /**
   * A session whose state stays in the memory of a device; undefined where the binding cannot do that.
   * @param memory its name in ONNX Runtime
   */
  openOnDevice?(memory: string): Promise<WorkerSession>;
  /** Allows runs again after one was ended. */
  allowRuns(): void;
  end(): void;
}

export interface RuntimeModel {
  /**
   * Prepares runs that read and write the same memory each time.
   * @param outputs where they go; undefined: into memory of ONNX Runtime
   */
  bind(
    inputs: readonly NamedTensor[],
    outputs: readonly (readonly [name: string, memory: TensorData | undefined])[],
  ): BoundRun;
  release(): void | Promise<void>;
}

export interface BoundRun {
  /** Sets another input. */
  feed(name: string, value: TensorData): void;
  /** @returns copies of the outputs that are in memory of ONNX Runtime */
  run(): Promise<readonly NamedTensor[]>;
  /** As `run`, in another thread; absent where the binding cannot do that. */
  runAside?(): Promise<readonly NamedTensor[]>;
}
