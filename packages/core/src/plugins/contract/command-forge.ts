import type { LoadedData } from '../../config/define.js';
import type { OpenDataset } from '../../data/dataset-reader.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import type { LoadedRun, LoadOptions } from './loaded-run.js';
import type { OpenPredictor } from './predictor.js';

/**
 * What a command of a plugin can do with runs: the library, bound to the folder, the results and the plugins that the
 * command line sees. The `Forge` that `@forge-ml/core` exports sees those of a script's own project instead.
 */
export interface CommandForge {
  /**
   * The run that is meant by `mnist` (its newest), `mnist/3` or a folder.
   * @throws ForgeError RUN_NOT_FOUND naming what there is instead
   */
  findRun(reference: string): Promise<RunFolder>;
  /** The folder that holds all experiments. */
  resultsFolder(): Promise<string>;
  /** As `Forge.loadFromCheckpoint`; dispose of what it returns. */
  loadFromCheckpoint<Model = unknown, Data = LoadedData>(
    run: string,
    step?: number,
    options?: LoadOptions,
  ): Promise<LoadedRun<Model, Data>>;
  /** As `Forge.openPredictor`: runs what a checkpoint holds, and none of the run's code. */
  openPredictor(run: string, step?: number, engine?: string): Promise<OpenPredictor & { readonly step: number }>;
  readonly openDataset: OpenDataset;
}
