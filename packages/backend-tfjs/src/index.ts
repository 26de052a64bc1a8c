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
  type ModelUpdate,
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
export type { WeightOptions } from './losses/arrays.js';
export {
  type InfoNceOptions,
  infoNce,
  type MultipleNegativesOptions,
  multipleNegativesRanking,
} from './losses/contrastive.js';
export { type CosineEmbeddingOptions, cosineEmbedding } from './losses/cosine-embedding.js';
export { type CtcOptions, ctc } from './losses/ctc.js';
export { type DiceOptions, type SoftmaxDiceOptions, sigmoidDice, softmaxDice } from './losses/dice.js';
export { type DistillationOptions, distillation } from './losses/distillation.js';
export { type SigmoidFocalOptions, type SoftmaxFocalOptions, sigmoidFocal, softmaxFocal } from './losses/focal.js';
export { type TripletMarginOptions, tripletMargin } from './losses/triplet-margin.js';
export { classWeights } from './model/class-weights.js';
export type {
  OneLossModel,
  SeveralUpdatesModel,
  StepContext,
  TfjsBatch,
  TfjsLoss,
  TfjsModel,
  TfjsOutputs,
} from './model/tfjs-model.js';
export { weightedMean } from './model/weighted-mean.js';
export type { CustomOptimizer, Optimizer, Update, UpdateRequest } from './optimizers/optimizer.js';
export type { Tf } from './tf/tf.js';
