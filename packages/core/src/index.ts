/** Forge's library: declare configs, and train, resume and load back what they describe. */

export type { EngineInfo, EngineStatus, Stats, TrainSession } from './backend/backend.js';
export type { Batch, NamedTensors, TensorData } from './backend/tensor-data.js';
export { describeTensor, elements, tensor } from './backend/tensor-data.js';
export type { CheckpointInfo, CheckpointStore } from './checkpoint/checkpoint-store.js';
export { readTensorFile, writeTensorFile } from './checkpoint/tensor-file.js';
export { describeKind } from './config/coerce-flag.js';
export { type Config, defineConfig, defineData, defineModel, type Loaded, type LoadedData } from './config/define.js';
export { type Flag, type FlagSpecs, type FlagValues, flag } from './config/flag.js';
export { nearestName, toKebab } from './config/flag-names.js';
export { defineProject } from './config/project-file.js';
export { readArguments } from './config/read-arguments.js';
export { reservedFlags } from './config/reserved-flags.js';
export { type Declarer, plainValues, type ResolvedFlags, resolveFlags, unknownFlag } from './config/resolve-flags.js';
export { fromArrays } from './data/arrays.js';
export type { BatchDataset, Dataset, Example } from './data/dataset.js';
export { fromGenerator } from './data/generator.js';
export { Pipeline } from './data/pipeline.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { makeFolder } from './files/durable-folder.js';
export { mustBeFree } from './files/write-output.js';
export type { BuiltModel } from './forge/build-model.js';
export type { Experiment } from './forge/experiment.js';
export type { Exported, ExportOptions } from './forge/export-checkpoint.js';
export { type ConfigRequest, Forge, ForgeLibrary } from './forge/forge.js';
export type { LaunchedRun, LaunchOptions } from './forge/launch.js';
export type { RunData } from './forge/load-run-data.js';
export type { LoadedRun, LoadOptions } from './forge/loaded-run.js';
export type { RunPredictor } from './forge/open-predictor.js';
export type { TrainOptions, TrainResult } from './forge/train.js';
export {
  type DeclaredDirections,
  findDirection,
  type MetricAddress,
  parseMetricAddress,
} from './metrics/metric-address.js';
export { type Direction, directionOfName } from './metrics/metric-direction.js';
export type { MetricRecord } from './metrics/metric-sink.js';
export { readMetrics } from './metrics/read-metrics.js';
export type { BackendSource } from './plugins/backend-registry.js';
export type { ExaminedPlugin } from './plugins/examine-plugins.js';
export type { PluginHost } from './plugins/plugin-host.js';
export { type PluginManifest, readPluginIn } from './plugins/plugin-manifest.js';
export { announcedKinds } from './plugins/providers.js';
export { publishedBackends } from './plugins/published-backends.js';
export { RandomStream } from './random/random-stream.js';
export { findRun, listRuns } from './run/find-run.js';
export { readRunFlags } from './run/flags-file.js';
export { listRunSummaries } from './run/list-summaries.js';
export { readRunRecord } from './run/read-run.js';
export type { Run } from './run/run.js';
export { runSeconds } from './run/run-duration.js';
export type { RunFolder } from './run/run-folder.js';
export type { RunRecord } from './run/run-record.js';
export { type ShownStatus, shownStatus } from './run/run-status.js';
export type { RunSummary, SummarisedRun } from './run/run-summary.js';
export { evaluate } from './train/evaluate.js';
export { furtherFlags } from './train/further-flags.js';
export type { LoopEnd, LoopPosition, LoopRequest, LoopRun } from './train/loop-request.js';
export { predictInBatches } from './train/predict-in-batches.js';
export { invocationFlags, runFlags } from './train/run-flags.js';
export type { Progress, RunHooks } from './train/run-hooks.js';
export { type StopRequest, type StopSignal, StopSource } from './train/stop-request.js';
export {
  exitStatusOf,
  hasTerminal,
  type ListeningStop,
  listenForStop,
  type StopOptions,
} from './train/stop-signals.js';
export { trainLoop } from './train/train-loop.js';
export type { Problem, ProblemKind } from './verify/problem.js';
export { type RepairedRun, repairRun } from './verify/repair-run.js';
export { runsToVerify } from './verify/runs-to-verify.js';
export { type VerifiedRun, type VerifyOptions, verifyRun } from './verify/verify-run.js';
