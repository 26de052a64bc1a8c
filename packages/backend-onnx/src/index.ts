/** What model configs and their types need. The backend itself is loaded as a plugin. */

export {
  type AdadeltaOptions,
  type AdagradOptions,
  type AdamOptions,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  constant,
  cosineDecay,
  exponentialDecay,
  type LionOptions,
  lion,
  type MomentumOptions,
  momentum,
  nesterov,
  type OptimizerOptions,
  type OptimizerSpec,
  type ParameterGroup,
  type Plateau,
  type PlateauOptions,
  plateau,
  type Rate,
  type RmspropOptions,
  rmsprop,
  type Schedule,
  sgd,
  stepDecay,
  type WeightDecayOptions,
  warmup,
} from '@forge-ml/core/plugin';
export { gradients, stopGradient } from '@forge-ml/onnx';
export type { Graph, InputValue, NodeValue, ParameterValue, Value } from '@forge-ml/onnx/graph';
export * as ops from '@forge-ml/onnx/ops';
export type { InputMap } from './finetune/bind-inputs.js';
export type { Calls } from './finetune/calls.js';
export { fromOnnx } from './finetune/from-onnx.js';
export type { FromOnnxCallsOptions, FromOnnxOptions } from './finetune/from-onnx-options.js';
export type { LoraOptions } from './finetune/lora/lora-options.js';
export type { Trainable } from './finetune/trainable.js';
export type { BatchNormMode } from './finetune/training-mode.js';
export type { Activation } from './layers/activations.js';
export { type AttentionCall, type AttentionOptions, multiHeadAttention } from './layers/attention.js';
export type { BaseFile } from './layers/base.js';
export { type BatchNormOptions, batchNorm } from './layers/batch-norm.js';
export { type BlockDiagonalMaskOptions, blockDiagonalMask } from './layers/block-diagonal-mask.js';
export {
  type InfoNceOptions,
  infoNce,
  type MultipleNegativesOptions,
  multipleNegativesRanking,
} from './layers/contrastive.js';
export { type ConvOptions, conv1d, conv2d, type DepthwiseOptions, depthwiseConv2d } from './layers/conv.js';
export { type CosineEmbeddingOptions, cosineEmbedding } from './layers/cosine-embedding.js';
export { type CtcOptions, ctc } from './layers/ctc.js';
export { type DenseOptions, dense } from './layers/dense.js';
export { type DiceOptions, type SoftmaxDiceOptions, sigmoidDice, softmaxDice } from './layers/dice.js';
export { type DistillationOptions, distillation } from './layers/distillation.js';
export { dropout } from './layers/dropout.js';
export { type EmbeddingOptions, embedding } from './layers/embedding.js';
export { type SigmoidFocalOptions, type SoftmaxFocalOptions, sigmoidFocal, softmaxFocal } from './layers/focal.js';
export { gru } from './layers/gru.js';
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
} from './layers/initializers.js';
export {
  type Layer,
  type LayerContext,
  makeLayer,
  type NamedOptions,
  type ParameterOptions,
  type Step,
} from './layers/layer.js';
export {
  accuracy,
  binaryAccuracy,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  type SigmoidCrossEntropyOptions,
  sigmoidCrossEntropy,
} from './layers/losses.js';
export { lstm } from './layers/lstm.js';
export { meanPool } from './layers/mean-pool.js';
export { groupNorm, layerNorm, type NormOptions, rmsNorm } from './layers/norms.js';
export {
  averagePool1d,
  averagePool2d,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  maxPool2d,
  type PoolOptions,
} from './layers/pooling.js';
export type { RecurrentOptions } from './layers/recurrent.js';
export { block, sequential } from './layers/sequential.js';
export { channelsFirst, flatten, reshapeTo } from './layers/shapes.js';
export { type CrossEntropyOptions, softmaxCrossEntropy } from './layers/softmax-cross-entropy.js';
export { type TripletMarginOptions, tripletMargin } from './layers/triplet-margin.js';
export type { WeightOptions } from './layers/weighted-mean.js';
export type { Padding, PerDimension } from './layers/windows.js';
export { type LoadParametersOptions, loadParameters } from './model/load-parameters.js';
export type { LossScaleSettings } from './model/loss-scale.js';
export type { MixedPrecision, MixedPrecisionOptions } from './model/mixed-precision.js';
export type {
  OneLossModel,
  OnnxBatch,
  OnnxContext,
  OnnxLoss,
  OnnxModel,
  OnnxOutputs,
  RecomputeOption,
  SeveralUpdatesModel,
} from './model/onnx-model.js';
export type { CustomOptimizer, Optimizer, Update, UpdateRequest } from './optimizers/optimizer.js';
