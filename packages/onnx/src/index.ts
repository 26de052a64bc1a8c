/** Read, check, rewrite and differentiate ONNX models. */

export { autocast, type HalfDType } from './autocast/autocast.js';
export type { FastConvolutions } from './autodiff/adjoints/fast-convolutions.js';
export type { Gradient, GradientRule, Pullback, RuleContext } from './autodiff/adjoints/rule.js';
export { zerosLike } from './autodiff/adjoints/shapes.js';
export { convGradient } from './autodiff/conv-gradient.js';
export { type DefinedGradient, defineGradient } from './autodiff/define-gradient.js';
export { withoutGradient } from './autodiff/gradient-rules.js';
export {
  type GradientRequest,
  gradients,
  gradientsOf,
  type RecomputedRequest,
  recomputedGradients,
} from './autodiff/gradients.js';
export { type OperatorSupport, operatorSupport } from './autodiff/operator-support.js';
export { planSegments, type Segment, type ValueSizes } from './autodiff/recompute/plan-segments.js';
export type { ChooseSegments, ForwardPass } from './autodiff/recompute/recomputed-segments.js';
export { stopGradient } from './autodiff/stop-gradient.js';
export { expandTrainingBatchNorm } from './decompose/batch-norm.js';
export { expandForGradients } from './decompose/expand.js';
export { quantizedProducts } from './decompose/quantized-products.js';
export { expandRecurrent } from './decompose/recurrent.js';
export {
  inFile,
  invalidModel,
  isOnnxError,
  OnnxError,
  type OnnxErrorCode,
  type OnnxErrorDetails,
} from './errors/onnx-error.js';
export { checkModel } from './export/check-model.js';
export { type ModelOptions, modelBytes, toModel } from './export/to-model.js';
export { writeModel } from './export/write-model.js';
export type { Documentation } from './graph/ir/documentation.js';
export { dump } from './graph/ir/dump.js';
export type {
  ConstantValue,
  Graph,
  InputValue,
  Node,
  NodeValue,
  ParameterValue,
  Value,
} from './graph/ir/graph.js';
export type { Dim, Shape, TensorType } from './graph/ir/types.js';
export { constant, indices, input, parameter, scalar } from './graph/ir/values.js';
export { optimize } from './graph/optimize/optimize.js';
export { type Changes, rebuild } from './graph/rewrite/rebuild.js';
export { withShapes } from './graph/rewrite/with-shapes.js';
export type { ParameterRole } from './import/parameter-roles.js';
export { type Model, type ReadOptions, readModel } from './import/read-model.js';
export * as ops from './ops.js';
export {
  type QuantizedWeightReport,
  type QuantizeOptions,
  type QuantizeReport,
  quantizeWeights,
} from './quantize/quantize-weights.js';
export {
  hasQuantizedWeight,
  type QuantizedTensors,
  type RestoredWeight,
  restoredWeight,
} from './quantize/requantize.js';
export { type DType, type NamedTensors, type TensorData, tensor } from './tensor/tensor.js';
