import type { EngineRequest } from '../../backend/backend.js';
import type { Batch } from '../../tensor/tensor-data.js';

/** Runs what the checkpoints of a backend hold, for `forge predict --no-code`: none of the run's code is needed. */
export interface Predictor {
  /** @throws ForgeError ABILITY_MISSING where the checkpoint holds nothing that can be run */
  open(request: PredictorRequest): Promise<OpenPredictor>;
}

export interface PredictorRequest extends EngineRequest {
  /** A complete checkpoint, its checksums verified. */
  readonly checkpointFolder: string;
}

export interface OpenPredictor {
  /** The model's outputs, by name, as `TrainSession.predict` gives them. */
  predict(inputs: Batch): Batch | Promise<Batch>;
  dispose(): void | Promise<void>;
}
