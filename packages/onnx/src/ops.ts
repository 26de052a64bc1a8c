/** ONNX's operators as functions of values, for models that want more than layers: `ops.add(x, y)`. */
export { constant, indices, scalar } from './graph/ir/values.js';
export * from './ops/activations.js';
export * from './ops/control.js';
export * from './ops/elementwise.js';
export * from './ops/linear.js';
export * from './ops/logic.js';
export * from './ops/loss.js';
export * from './ops/normalization.js';
export * from './ops/pooling.js';
export * from './ops/reduction.js';
export * from './ops/shape.js';
