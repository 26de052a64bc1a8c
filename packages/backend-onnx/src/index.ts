/** What model configs and their types need. The backend itself is loaded as a plugin. */

export {
  constant,
  cosineDecay,
  exponentialDecay,
  type OptimizerOptions,
  type Plateau,
  type PlateauOptions,
  plateau,
  type Rate,
  type Schedule,
  stepDecay,
  warmup,
} from '@forge-ml/core/plugin';
export { gradients } from './autodiff/gradients.js';
export { stopGradient } from './autodiff/stop-gradient.js';
export type { InputMap } from './finetune/bind-inputs.js';
export { type FromOnnxOptions, fromOnnx } from './finetune/from-onnx.js';
export type { Trainable } from './finetune/trainable.js';
export type { BatchNormMode } from './finetune/training-mode.js';
export type { Graph, InputValue, NodeValue, ParameterValue, Value } from './graph/graph.js';
export { type LoadParametersOptions, loadParameters } from './model/load-parameters.js';
export type { OnnxBatch, OnnxContext, OnnxModel, OnnxOutputs } from './model/onnx-model.js';
export type { Activation } from './nn/activations.js';
export { type AttentionCall, type AttentionOptions, multiHeadAttention } from './nn/attention.js';
export { type BatchNormOptions, batchNorm } from './nn/batch-norm.js';
export { type ConvOptions, conv1d, conv2d, type DepthwiseOptions, depthwiseConv2d } from './nn/conv.js';
export { type DenseOptions, dense } from './nn/dense.js';
export { dropout } from './nn/dropout.js';
export { type EmbeddingOptions, embedding } from './nn/embedding.js';
export { gru } from './nn/gru.js';
export {
  constantly,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitializerRequest,
  lecunNormal,
  lecunUniform,
  normal,
  ones,
  orthogonal,
  uniform,
  zeros,
} from './nn/initializers.js';
export {
  type Layer,
  type LayerContext,
  makeLayer,
  type NamedOptions,
  type ParameterOptions,
  type Step,
} from './nn/layer.js';
export {
  accuracy,
  binaryAccuracy,
  type CrossEntropyOptions,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
} from './nn/losses.js';
export { lstm } from './nn/lstm.js';
export { groupNorm, layerNorm, type NormOptions, rmsNorm } from './nn/norms.js';
export {
  averagePool1d,
  averagePool2d,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  maxPool2d,
  type PoolOptions,
} from './nn/pooling.js';
export type { RecurrentOptions } from './nn/recurrent.js';
export { block, sequential } from './nn/sequential.js';
export { channelsFirst, flatten, reshapeTo } from './nn/shapes.js';
export type { Padding, PerDimension } from './nn/windows.js';
export * as ops from './operators.js';
export { type AdadeltaOptions, adadelta } from './optimizers/adadelta.js';
export { type AdagradOptions, adagrad } from './optimizers/adagrad.js';
export { adam } from './optimizers/adam.js';
export type { AdamOptions } from './optimizers/adam-moments.js';
export { adamax } from './optimizers/adamax.js';
export { adamw } from './optimizers/adamw.js';
export { type LionOptions, lion } from './optimizers/lion.js';
export { type MomentumOptions, momentum } from './optimizers/momentum.js';
export { nesterov } from './optimizers/nesterov.js';
export type { Optimizer, Update, UpdateRequest } from './optimizers/optimizer.js';
export { type RmspropOptions, rmsprop } from './optimizers/rmsprop.js';
export { sgd } from './optimizers/sgd.js';
export type { WeightDecayOptions } from './optimizers/weight-decay.js';
