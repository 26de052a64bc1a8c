/** Values, nodes and graphs: to build, walk and rewrite them. */
export type { NodeRequest } from './graph/infer/draft.js';
export { describeNode } from './graph/infer/draft.js';
export * from './graph/ir/attributes.js';
export * from './graph/ir/dims.js';
export { dump } from './graph/ir/dump.js';
export type * from './graph/ir/graph.js';
export {
  floatAttribute,
  graphAttributeOf,
  intAttribute,
  intsAttribute,
  textAttribute,
} from './graph/ir/read-attributes.js';
export { type Dim, describeType, type Shape, type TensorType } from './graph/ir/types.js';
export { isTyped, UnknownTypeError } from './graph/ir/unknown-type.js';
export { constant, indices, input, parameter, scalar } from './graph/ir/values.js';
export { bodiesOf, dependenciesOf, type Walk, walk, walkGraph } from './graph/ir/walk.js';
export { call, makeNode } from './graph/make-node.js';
export { optimize } from './graph/optimize/optimize.js';
export { propagatedDims, propagatedNumbers } from './graph/propagate/known-values.js';
export { type Changes, rebuild, rebuildValues } from './graph/rewrite/rebuild.js';
export { withShapes } from './graph/rewrite/with-shapes.js';
export { narrowToHalves, widenHalves } from './tensor/half.js';
export { numbersOf, tensorOf } from './tensor/numbers.js';
export * from './tensor/tensor.js';
