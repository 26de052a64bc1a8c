/** Forge's library: declare configs, and train, resume and load back what they describe. */

export type { EngineInfo, EngineStatus, Stats, TrainSession } from './backend/backend.js';
export type { Batch, NamedTensors, TensorData } from './backend/tensor-data.js';
export { elements, tensor } from './backend/tensor-data.js';
export { type Config, defineConfig, defineData, defineModel, type Loaded, type LoadedData } from './config/define.js';
export { type Flag, type FlagSpecs, type FlagValues, flag } from './config/flag.js';
export { defineProject } from './config/project-file.js';
export type { ResolvedFlags } from './config/resolve-flags.js';
export { fromArrays } from './data/arrays.js';
export type { BatchDataset, Dataset, Example } from './data/dataset.js';
export { fromGenerator } from './data/generator.js';
export { Pipeline } from './data/pipeline.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export type { BuiltModel } from './forge/build-model.js';
export type { Experiment } from './forge/experiment.js';
export { type ConfigRequest, Forge, ForgeLibrary } from './forge/forge.js';
export type { LoadedRun, LoadOptions } from './forge/load-from-checkpoint.js';
export type { TrainOptions, TrainResult } from './forge/train.js';
export { RandomStream } from './random/random-stream.js';
export type { Run } from './run/run.js';
export type { RunRecord } from './run/run-record.js';
export type { Progress, RunHooks } from './train/run-hooks.js';
