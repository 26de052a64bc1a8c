import type { EngineInfo, EngineRequest, EngineSearch, EngineStatus } from '@forge-ml/core/plugin';
import type { Tf } from '../tf/tf.js';

/** An engine that has been started. */
export interface LoadedEngine {
  readonly tf: Tf;
  /** TensorFlow.js's own name for it. */
  readonly tfBackend: string;
  readonly info: EngineInfo;
}

/** A TensorFlow.js backend and the packages it comes from. */
export interface EngineDefinition {
  /** What `--engine` takes. */
  readonly name: string;
  /** Looks for the packages; loads none of them. */
  status(search: EngineSearch): EngineStatus;
  /**
   * Loads TensorFlow.js and makes this engine its active backend.
   * @throws ForgeError ENGINE_UNUSABLE
   */
  load(request: EngineRequest): Promise<LoadedEngine>;
}
