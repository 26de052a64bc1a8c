import type { EngineCandidate, EngineInfo, EngineSearch, EngineStatus } from '@forge-ml/core/plugin';
import type { Tf } from '../tf/tf.js';

/** An engine that has been started. */
export interface LoadedEngine {
  readonly tf: Tf;
  /** TensorFlow.js's own name for it. */
  readonly tfBackend: string;
  readonly info: EngineInfo;
}

/**
 * A TensorFlow.js backend and the packages it comes from. Starting it loads TensorFlow.js and makes it the active
 * backend there.
 */
export interface EngineDefinition extends EngineCandidate<LoadedEngine> {
  status(search: EngineSearch): EngineStatus;
}
