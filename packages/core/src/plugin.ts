/** What the author of a plugin needs: `@forge-ml/core/plugin`. */

export * from './backend/backend.js';
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
} from './backend/tensor-data.js';
export { readTensorFile, writeTensorFile } from './checkpoint/tensor-file.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export type { MetricRecord, MetricSink } from './metrics/metric-sink.js';
export {
  BACKEND,
  COMMAND,
  type CommandRequest,
  type CommandResult,
  definePlugin,
  EXPORTER,
  type Exporter,
  type ExportRequest,
  METRIC_SINK,
  type MetricSinkFactory,
  type OpenPredictor,
  type Plugin,
  type PluginCommand,
  PREDICTOR,
  type Predictor,
  type PredictorRequest,
} from './plugins/plugin.js';
export { RandomStream } from './random/random-stream.js';
