import type { EngineRequest } from '../../backend/backend.js';
import type { Batch, DType } from '../../tensor/tensor-data.js';

/** Runs the models in a backend's checkpoints without the run's code, for `forge predict --no-code`. */
export interface Predictor {
  /** @throws ForgeError ABILITY_MISSING if the checkpoint has no model that can be run */
  open(request: PredictorRequest): Promise<OpenPredictor>;
}

export interface PredictorRequest extends EngineRequest {
  /** A complete checkpoint, its checksums verified. */
  readonly checkpointFolder: string;
  /** The folder of its run, which has what the checkpoint does not repeat, such as files that the configs list. */
  readonly runFolder: string;
  /**
   * Whether it is to answer many small requests: as fast as possible, and short ones in the thread that asks. The last
   * digits of its results may differ from those of the session. Default: false.
   */
  readonly forServing?: boolean;
}

/** An array that a model reads. A size that varies has a name, such as `batch`. */
export interface PredictorInput {
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}

export interface OpenPredictor {
  /** The arrays that `predict` reads, by name; undefined where the model does not tell. */
  readonly inputs?: Readonly<Record<string, PredictorInput>>;
  /** The model's outputs, by name, as `TrainSession.predict` returns them. */
  predict(inputs: Batch): Batch | Promise<Batch>;
  dispose(): void | Promise<void>;
}
