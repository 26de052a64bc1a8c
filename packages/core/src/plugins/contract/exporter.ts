import type { FittedPreparation } from '../../preprocessing/fitted-preparation.js';

/** Exports a checkpoint to another format, for `forge export`, without running the run's code. */
export interface Exporter {
  /** What it writes, in one sentence. */
  readonly description: string;
  /** The optional parts of the request that it follows; others are an error. Default: none. */
  readonly options?: readonly ['opset'] | readonly [];
  /**
   * Whether it writes a folder that the predictor of its backend opens: then the run's preprocessing is added to it, and it
   * takes raw rows. Default: false.
   */
  readonly predicts?: boolean;
  /** @throws ForgeError ABILITY_MISSING if the checkpoint lacks data that this format needs */
  export(request: ExportRequest): Promise<void>;
}

export interface ExportRequest {
  /** A complete checkpoint, its checksums verified. */
  readonly checkpointFolder: string;
  /** The folder of its run, which has what the checkpoint does not repeat, such as files that the configs list. */
  readonly runFolder: string;
  /** Whether adapters are merged into the weights that they adapt, where the format allows it. Default: true. */
  readonly merge?: boolean;
  /** The file or folder to write. It does not exist; its parent folder does. */
  readonly out: string;
  /** The version of the format's operators to write. */
  readonly opset?: number;
  /** Takes a sentence about how what is written differs from what was trained, if it does: rounded weights, for example. */
  readonly onNote?: (note: string) => void;
  /**
   * Reads the run's fitted preprocessing; null if it stores none, or several.
   * @throws ForgeError RUN_INVALID, PLUGIN_NOT_FOUND where a plugin that it needs is missing
   */
  readonly preparation?: () => Promise<FittedPreparation | null>;
}
