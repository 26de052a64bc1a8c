/** The exports for model configs of the numeric backend. */

export { relu, sigmoid, tanh } from './layers/activations.js';
export { dense } from './layers/dense.js';
export { dropout } from './layers/dropout.js';
export type { Layer, LayerPlan, Parameter, Pass } from './layers/layer.js';
export { type Loss, type LossValue, meanSquaredError, softmaxCrossEntropy } from './losses.js';
export type { Matrix } from './matrix.js';
export type { NumericModel } from './model.js';
export { adam } from './optimizers/adam.js';
export { momentum } from './optimizers/momentum.js';
export type { Optimizer } from './optimizers/optimizer.js';
export { sgd } from './optimizers/sgd.js';
