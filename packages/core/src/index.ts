/** The library: declare configs, train and resume runs, and load models back. */

export { readTensorFile } from './api/data/read-tensor-file.js';
export { defineProject, type ProjectFlags } from './api/define-project.js';
export { Forge, ForgeLibrary } from './api/forge.js';
export type { Exported, ExportOptions } from './api/load/export-checkpoint.js';
export type { LoadDataOptions } from './api/load/load-arguments.js';
export type { RunData } from './api/load/load-run-data.js';
export type { ExportedModel, OpenExportOptions } from './api/load/open-export.js';
export type { OpenPredictorOptions, RunPredictor } from './api/load/open-predictor.js';
export type { BuiltModel } from './api/prepare/build-model.js';
export type { ConfigRequest, GivenValue, ScriptFlags } from './api/prepare/config-request.js';
export type { PreparedRun } from './api/prepare/prepared-run.js';
export type { RerunOptions } from './api/rerun/prepare-rerun.js';
export type {
  PreparedSweep,
  ResumeSweepOptions,
  SweepAddition,
  SweepChange,
  SweepRequest,
  SweepRunOptions,
} from './api/sweep/sweep-request.js';
export type { DryRun } from './api/train/dry-run.js';
export type { LaunchedRun, LaunchOptions } from './api/train/launch.js';
export type { RateSearchOptions } from './api/train/search-rate.js';
export type { TrainOptions } from './api/train/train.js';
export type { TrainResult } from './api/train/train-run.js';
export type { EngineInfo, EngineStatus, ParameterTotal, Stats, TrainSession } from './backend/backend.js';
export type { CheckpointAddress } from './checkpoint/checkpoint-address.js';
export type { CheckpointInfo, CheckpointStore } from './checkpoint/store/checkpoint-store.js';
export type { Weights } from './checkpoint/weights.js';
export {
  type Config,
  type ConfigObject,
  defineConfig,
  defineData,
  defineModel,
  type Loaded,
  type LoadedData,
} from './config/define.js';
export { type Flag, type FlagSpecs, type FlagValues, flag } from './config/flags/flag.js';
export type { FlagDeclaration, ResolvedFlags } from './config/flags/resolve-flags.js';
export type { BatchDataset, Dataset, Example } from './data/dataset.js';
export type { Key } from './data/operators/key.js';
export type { MapFunction, MapOptions } from './data/operators/map.js';
export type { MapContext } from './data/operators/map-context.js';
export type { FoldOptions, SplitOptions } from './data/operators/split.js';
export { type ArrayInput, type Outputs, OutputTensor } from './data/output-tensor.js';
export { fromArrays } from './data/pipeline/arrays.js';
export { fromGenerator } from './data/pipeline/generator.js';
export { concat, interleave, zip } from './data/pipeline/join.js';
export { type Conversion, type DatasetSource, Pipeline, Splits, splits } from './data/pipeline/pipeline.js';
export { fromRows, type RowsOptions } from './data/pipeline/rows.js';
export { inWorkers, type WorkerFunction, type WorkerMap, type WorkerOptions } from './data/workers/in-workers.js';
export { type DownloadOptions, download } from './download/download.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { accuracy, type TopKOptions, topK } from './metrics/accumulators/accuracy.js';
export { type AreaOptions, prAuc, rocAuc } from './metrics/accumulators/area.js';
export { type ConfusionMatrixOptions, confusionMatrix } from './metrics/accumulators/confusion-matrix.js';
export type { DecisionOptions } from './metrics/accumulators/decisions.js';
export { logLoss, perplexity } from './metrics/accumulators/log-loss.js';
export { type MeanOf, type MeanOptions, mean } from './metrics/accumulators/mean.js';
export type {
  MediaAccumulator,
  MetricAccumulator,
  MetricContext,
  MetricTable,
} from './metrics/accumulators/parts/accumulator.js';
export { MetricArray, type MetricArrays, type NumberArray } from './metrics/accumulators/parts/metric-array.js';
export type { ArrayOptions, ScoreOptions } from './metrics/accumulators/parts/metric-options.js';
export { f1, type PrecisionRecallOptions, precision, recall } from './metrics/accumulators/precision-recall.js';
export { r2 } from './metrics/accumulators/r2.js';
export { type RecallAtKOptions, recallAtK } from './metrics/accumulators/recall-at-k.js';
export { mae, mse, rmse } from './metrics/accumulators/regression.js';
export { readMetrics } from './metrics/log/read-metrics.js';
export { type HistogramOptions, histogram } from './metrics/media/histogram.js';
export { type ImageOptions, image } from './metrics/media/image.js';
export type { MediaEntry } from './metrics/media/media-line.js';
export { readMedia } from './metrics/media/read-media.js';
export { table } from './metrics/media/table.js';
export { text } from './metrics/media/text.js';
export type {
  HistogramValue,
  ImageValue,
  MediaKind,
  MediaValue,
  TableCell,
  TableValue,
  TextValue,
} from './metrics/media-value.js';
export {
  type DeclaredDirections,
  findDirection,
  type MetricAddress,
  parseMetricAddress,
} from './metrics/metric-address.js';
export { type Direction, directionOfName } from './metrics/metric-direction.js';
export type { MetricRecord } from './metrics/metric-sink.js';
export {
  type ParameterRow,
  type ParameterTable,
  parameterTable,
} from './model/parameter-table.js';
export type { TrainingMemory } from './model/training-memory.js';
export type {
  InMemoryCode,
  LoadedRun,
  LoadOptions,
  PredictedRow,
  PredictedValue,
  SplitEvaluation,
} from './plugins/contract/loaded-run.js';
export type { PluginManifest } from './plugins/discovery/plugin-manifest.js';
export type { DiagnosedPlugin } from './plugins/host/diagnose.js';
export type { PluginHost } from './plugins/host/plugin-host.js';
export type { BackendSource } from './plugins/registry/backend-registry.js';
export type { ColumnPlan, OneHotOptions, TokenizeOptions, VocabularyOptions } from './preprocessing/column-plan.js';
export {
  clip,
  column,
  impute,
  label,
  log1p,
  minMax,
  number,
  oneHot,
  resize,
  scale,
  standardize,
  target,
  tokenize,
  vocabulary,
} from './preprocessing/columns.js';
export type { FittedPreparation, PreparedRow } from './preprocessing/fitted-preparation.js';
export type { ArrayNames, ArrayPlans, Preparation, PrepareOptions } from './preprocessing/preparation.js';
export { RandomStream } from './random/random-stream.js';
export type { ArrayFiles } from './readers/arrays/arrays-function.js';
export type { BadRow, OnBadRow } from './readers/bad-rows.js';
export { csv, type TypedRow } from './readers/csv/csv.js';
export type { ColumnTypes, CsvOptions } from './readers/csv/csv-options.js';
export { type IdxOptions, idx } from './readers/idx/idx.js';
export { readIdx } from './readers/idx/read-idx.js';
export { type JsonLinesOptions, jsonLines, type NestedField } from './readers/lines/json-lines.js';
export { type TextLinesOptions, textLines } from './readers/lines/text-lines.js';
export { type NpyOptions, npy } from './readers/npy/npy.js';
export { readNpy } from './readers/npy/read-npy.js';
export { findRun, listRuns } from './run/catalog/find-run.js';
export type { RunDiff } from './run/compare/diff-runs.js';
export type { RunFolder } from './run/folder/run-folder.js';
export { readRunFlags } from './run/record/flags-file.js';
export { readRunRecord } from './run/record/read-run-record.js';
export type { RunInit } from './run/record/run-init.js';
export type { RunRecord } from './run/record/run-record.js';
export { type ShownStatus, shownStatus } from './run/record/run-status.js';
export type { Run } from './run/run.js';
export { defineSweep, type SweepOptions } from './sweep/define/define-sweep.js';
export type { HalvingRequest } from './sweep/define/halving-request.js';
export {
  asha,
  grid,
  type HalvingOptions,
  hyperband,
  type MethodOptions,
  random,
  sampler,
  sobol,
  tpe,
} from './sweep/define/methods.js';
export type { SweepDefinition, SweepSettings } from './sweep/define/sweep-definition.js';
export {
  type ChoiceDefinition,
  choice,
  integer,
  log,
  type ParameterDefinition,
  type RangeDefinition,
  type SpaceDefinition,
  uniform,
  when,
} from './sweep/space/definitions.js';
export type { ParameterValue } from './sweep/space/space.js';
export type { Cell, Row } from './tensor/row.js';
export type { Batch, NamedTensors, TensorData } from './tensor/tensor-data.js';
export { describeTensor, elements, sizeOf, tensor } from './tensor/tensor-data.js';
export { writeTensorFile } from './tensor/tensor-file.js';
export type { RunControl } from './train/hooks/run-control.js';
export type { Progress, RunHooks } from './train/hooks/run-hooks.js';
export { type EvaluateOptions, evaluate } from './train/loop/evaluate.js';
export { type FoundRate, findLearningRate, type RatePoint, type RateSearch } from './train/loop/find-learning-rate.js';
export type { PauseAt } from './train/loop/limits.js';
export type { LoopEnd, LoopPosition, LoopRequest, LoopRun, LoopSession } from './train/loop/loop-request.js';
export type { RunEnd, RunStep, RunSteps, StepsOptions } from './train/loop/run-steps.js';
export { trainLoop } from './train/loop/train-loop.js';
export type { ProfileSummary } from './train/profile/step-profile.js';
export type { StopRequest, StopSignal } from './train/stop/stop-request.js';
export { type ListeningStop, listenForStop, type StopOptions } from './train/stop/stop-signals.js';
export type { Problem, ProblemKind } from './verify/problem.js';
export { type RepairedRun, repairRun } from './verify/repair-run.js';
export { type VerifiedRun, type VerifyOptions, verifyRun } from './verify/verify-run.js';
