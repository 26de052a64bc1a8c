/** The interface for plugins: `@forge-ml/core/plugin`. */

export * from './backend/backend.js';
export type {
  CheckpointDetails,
  CheckpointInfo,
  CheckpointStore,
  LoadedCheckpoint,
} from './checkpoint/store/checkpoint-store.js';
export type {
  DataPosition,
  JsonState,
  RandomState,
  TrainState,
  TransferredState,
} from './checkpoint/store/train-state.js';
export { type Flag, type FlagSpecs, type FlagValues, flag } from './config/flags/flag.js';
export type { Dataset, Example } from './data/dataset.js';
export type { Column } from './data/pipeline/arrays.js';
export type { DatasetReader, ReadData, ReadExample, ReadRequest } from './data/pipeline/dataset-reader.js';
export { checkOptions, type NoOptions, type OptionsOwner, refuseMisspelled } from './errors/check-options.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { isObject } from './json/is-object.js';
export type { MediaValue } from './metrics/media-value.js';
export type { Direction } from './metrics/metric-direction.js';
export type { MediaRecord, MetricRecord, MetricSink, MetricsEnd } from './metrics/metric-sink.js';
export { checkModelParts, type ModelRules, requireNamed } from './model/check-model.js';
export { requireNotNegative, requirePositive, requireShare } from './model/check-option.js';
export { checkState } from './model/check-state.js';
export { type ChosenEngine, chooseEngine, type EngineCandidate } from './model/choose-engine.js';
export type { MetricDeclaration } from './model/declared-metrics.js';
export { explainFailure } from './model/explain-failure.js';
export { groupsByParameter } from './model/group-rates.js';
export { lossSynonyms, requireFinite, requireOneOf, requireWholeNumber } from './model/loss-options.js';
export { matchesPattern, matchParameters } from './model/match-parameters.js';
export { describeValue, invalidModel, shownValue } from './model/model-error.js';
export { checkLoss, checkOutputs, checkStats, type ModelTensors } from './model/model-results.js';
export {
  type DeclaredUpdate,
  declaredUpdates,
  type ModelUpdate,
  numberOfLoss,
  parametersOfUpdates,
  placeOfUpdate,
} from './model/model-updates.js';
export {
  checkOptimizerOptions,
  type GroupSettings,
  type OptimizerOptions,
  type OptimizerSettings,
  optimizerSettings,
  type ParameterGroup,
  patternsOf,
  type Rate,
} from './model/optimizer-settings.js';
export { type Plateau, type PlateauOptions, plateau, requireMetric } from './model/plateau.js';
export { PlateauState } from './model/plateau-state.js';
export {
  constant,
  cosineDecay,
  exponentialDecay,
  type Schedule,
  stepDecay,
  warmup,
} from './model/schedules.js';
export { type AdadeltaOptions, adadelta } from './optimizers/adadelta.js';
export { type AdagradOptions, adagrad } from './optimizers/adagrad.js';
export { adam } from './optimizers/adam.js';
export type { AdamOptions } from './optimizers/adam-formula.js';
export { adamax } from './optimizers/adamax.js';
export { adamw } from './optimizers/adamw.js';
export { type LionOptions, lion } from './optimizers/lion.js';
export { type MomentumOptions, momentum } from './optimizers/momentum.js';
export { nesterov } from './optimizers/nesterov.js';
export {
  isOptimizerSpec,
  type OptimizerConstants,
  type OptimizerFormula,
  type OptimizerSpec,
  type PerStep,
} from './optimizers/optimizer-spec.js';
export { type RmspropOptions, rmsprop } from './optimizers/rmsprop.js';
export { sgd } from './optimizers/sgd.js';
export type { WeightDecayOptions } from './optimizers/weight-decay.js';
export type { CheckpointStoreRequest } from './plugins/contract/checkpoint-store-request.js';
export type { CommandForge } from './plugins/contract/command-forge.js';
export type { Exporter, ExportRequest } from './plugins/contract/exporter.js';
export type { LoadedRun, LoadOptions } from './plugins/contract/loaded-run.js';
export { definePlugin, type Plugin } from './plugins/contract/plugin.js';
export type { CommandRequest, CommandResult, CommandWord, PluginCommand } from './plugins/contract/plugin-command.js';
export type { PluginRun } from './plugins/contract/plugin-run.js';
export type { OpenPredictor, Predictor, PredictorInput, PredictorRequest } from './plugins/contract/predictor.js';
export { type LauncherSettings, type Providers, providerToken } from './plugins/contract/providers.js';
export type { FittedArray } from './preprocessing/fitted-array.js';
export type { FittedPreparation } from './preprocessing/fitted-preparation.js';
export { isCount, isListOf, isText, requireOption, stepOptions } from './preprocessing/steps/check-step.js';
export { describeCell } from './preprocessing/steps/describe-cell.js';
export { resizeImage } from './preprocessing/steps/resize-image.js';
export {
  type Fitting,
  type Json,
  type MadeArray,
  type NamedArrays,
  type Step,
  type Value,
  ValueProblem,
  type ValueType,
} from './preprocessing/steps/step.js';
export { RandomStream } from './random/random-stream.js';
export type { RunFolder } from './run/folder/run-folder.js';
export type { Sampler, SamplerRequest, TrialOutcome } from './sweep/samplers/sampler.js';
export type { TpeOptions } from './sweep/samplers/tpe/options.js';
export { makeTpe } from './sweep/samplers/tpe/tpe.js';
export { valuesAt } from './sweep/samplers/unit-cube.js';
export type {
  ChoiceParameter,
  Condition,
  FloatParameter,
  IntegerParameter,
  Parameter,
  ParameterValue,
  ParameterValues,
  Space,
} from './sweep/space/space.js';
export { copyInto } from './tensor/copy-tensors.js';
export { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './tensor/half-precision.js';
export {
  type ArrayOf,
  type Batch,
  batchSizeOf,
  bytesPerElement,
  type DType,
  describeTensor,
  elements,
  type NamedTensors,
  sizeOf,
  type TensorData,
  type TypedArray,
  tensor,
} from './tensor/tensor-data.js';
export { parseBytes } from './text/parse-bytes.js';
export type { RunControl } from './train/hooks/run-control.js';
export type { Progress, RunHooks } from './train/hooks/run-hooks.js';
export {
  type JobBatch,
  type JobControl,
  type JobLauncher,
  type JobState,
  jobLauncherPort,
} from './train/launch/job-launcher.js';
export type { Launched, Launcher, LaunchRequest } from './train/launch/launcher.js';
