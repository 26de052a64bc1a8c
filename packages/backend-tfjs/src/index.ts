/** What model configs and their types need. The backend itself is loaded as a plugin. */

export {
  constant,
  cosineDecay,
  exponentialDecay,
  type ModelUpdate,
  type OptimizerOptions,
  type ParameterGroup,
  type Plateau,
  type PlateauOptions,
  plateau,
  type Rate,
  type Schedule,
  stepDecay,
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
export type { Tf } from './tf/tf.js';
