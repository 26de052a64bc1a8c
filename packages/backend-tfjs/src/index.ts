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
