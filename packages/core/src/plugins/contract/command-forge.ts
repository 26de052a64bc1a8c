import type { CheckpointAddress } from '../../checkpoint/checkpoint-address.js';
import type { Weights } from '../../checkpoint/weights.js';
import type { LoadedData } from '../../config/define.js';
import type { OpenDataset } from '../../data/pipeline/dataset-reader.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import type { LoadedRun, LoadOptions } from './loaded-run.js';
import type { OpenPredictor } from './predictor.js';

/**
 * The library for a plugin's command, bound to the working folder, results folder and plugins of the command line. The
 * `Forge` that `@forge-ml/core` exports uses those of a script's own project instead.
 */
export interface CommandForge {
  /**
   * The run for a reference: `mnist` (its latest run), `mnist/3` or a folder.
   * @throws ForgeError RUN_NOT_FOUND naming the available runs
   */
  findRun(reference: string): Promise<RunFolder>;
  /** The folder of all experiments. */
  resultsFolder(): Promise<string>;
  /** As `Forge.loadFromCheckpoint`; dispose of the result. */
  loadFromCheckpoint<Model = unknown, Data = LoadedData>(
    run: string,
    options: LoadOptions,
  ): Promise<LoadedRun<Model, Data>>;
  loadFromCheckpoint<Model = unknown, Data = LoadedData>(
    run: string,
    checkpoint?: CheckpointAddress,
    options?: LoadOptions,
  ): Promise<LoadedRun<Model, Data>>;
  /** As `Forge.openPredictor`: opens the model stored in a checkpoint, without any of the run's code. */
  openPredictor(
    run: string,
    checkpoint?: CheckpointAddress,
    engine?: string,
    weights?: Weights,
  ): Promise<OpenPredictor & { readonly step: number }>;
  readonly openDataset: OpenDataset;
}
