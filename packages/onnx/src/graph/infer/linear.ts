import { broadcastShapes, sameDim } from '../ir/broadcast.js';
import { multiplyDims } from '../ir/dims.js';
import type { Value } from '../ir/graph.js';
import type { Dim, Shape } from '../ir/types.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats, numbers } from './dtypes.js';
import { einsumShape } from './einsum.js';
import { slideBack, slideOver, slidingOf } from './window.js';

export const linearRules: Record<string, InferenceRule> = {
  MatMul(node) {
    const [a, b] = [node.input(0), node.input(1)];
    node.oneOf(a, numbers);
    return [{ dtype: node.sameDtype([a, b]), shape: matMulShape(node, a, b) }];
  },

  Gemm(node) {
    const [a, b, c] = [node.input(0), node.input(1), node.optional(2)];
    node.oneOf(a, numbers);
    node.rank(a, 2, 'its first input');
    node.rank(b, 2, 'its second input');
    const [rows, inner] = node.int('transA', 0) === 0 ? a.shape : [...a.shape].reverse();
    const [innerOfB, columns] = node.int('transB', 0) === 0 ? b.shape : [...b.shape].reverse();
    if (sameDim(inner!, innerOfB!) === undefined) node.fail(`its inputs have ${inner} columns, but ${innerOfB} rows`);
    const shape = [rows!, columns!];
    if (c !== undefined) node.fitsInto(c, shape, 'its third input');
    return [{ dtype: node.sameDtype([a, b, c]), shape }];
  },

  Conv(node) {
    const [x, weights, bias] = [node.input(0), node.input(1), node.optional(2)];
    node.oneOf(x, floats);
    return [{ dtype: node.sameDtype([x, weights, bias]), shape: convolutionShape(node, x, weights, bias) }];
  },

  ConvTranspose(node) {
    const [x, weights, bias] = [node.input(0), node.input(1), node.optional(2)];
    node.oneOf(x, floats);
    const dtype = node.sameDtype([x, weights, bias]);
    const kernel = kernelOf(node, x, weights, bias, 1);
    if (sameDim(x.shape[1]!, weights.shape[0]!) === undefined) {
      node.fail(`its input has ${x.shape[1]} channels, but its weights are for ${weights.shape[0]}`);
    }
    const filters = multiplyDims(weights.shape[1]!, node.int('group', 1));
    const spatial = slideBack(node, x.shape.slice(2), slidingOf(node, kernel));
    return [{ dtype, shape: [x.shape[0]!, filters, ...spatial] }];
  },

  Einsum(node) {
    const values = node.all();
    node.oneOf(values[0], numbers);
    const equation = node.text('equation', '');
    return [{ dtype: node.sameDtype(values), shape: einsumShape(node, equation, values) }];
  },
};

/** The shape of a convolution's output. */
export function convolutionShape(node: Draft, x: Value, weights: Value, bias: Value | undefined): Shape {
  const kernel = kernelOf(node, x, weights, bias, 0);
  const group = node.int('group', 1);
  const [filters, perGroup] = weights.shape as [Dim, Dim];
  if (sameDim(x.shape[1]!, multiplyDims(perGroup, group)) === undefined) {
    node.fail(`${x.shape[1]} channels in ${group} groups need weights for ${perGroup} channels a group`);
  }
  if (typeof filters === 'number' && filters % group !== 0)
    node.fail(`${group} groups do not divide ${filters} filters`);
  const spatial = slideOver(node, x.shape.slice(2), slidingOf(node, kernel));
  return [x.shape[0]!, filters, ...spatial];
}

/** The shape of a matrix product. */
export function matMulShape(node: Draft, a: Pick<Value, 'shape'>, b: Pick<Value, 'shape'>): Shape {
  if (a.shape.length === 0 || b.shape.length === 0) return node.fail('a 0-d tensor has no rows or columns');
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [inner, innerOfB] = [left.at(-1)!, right.at(-2)!];
  if (sameDim(inner, innerOfB) === undefined)
    return node.fail(`its inputs have ${inner} columns, but ${innerOfB} rows`);
  const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  if (batch === undefined) return node.fail('their leading dimensions do not broadcast');
  const rows = a.shape.length === 1 ? [] : [left.at(-2)!];
  const columns = b.shape.length === 1 ? [] : [right.at(-1)!];
  return [...batch, ...rows, ...columns];
}

/** The checks of both convolutions, and their kernel's size. `filtersAxis`: the weights' dimension of filters. */
function kernelOf(node: Draft, x: Value, weights: Value, bias: Value | undefined, filtersAxis: 0 | 1) {
  const rank = x.shape.length;
  if (rank < 3) node.fail('it needs [batch, channels, …spatial]');
  node.rank(weights, rank, 'its weights');
  if (bias !== undefined) {
    node.rank(bias, 1, 'its bias');
    const filters = filtersAxis === 0 ? weights.shape[0]! : multiplyDims(weights.shape[1]!, node.int('group', 1));
    if (sameDim(bias.shape[0]!, filters) === undefined)
      node.fail(`it has ${filters} filters, but ${bias.shape[0]} biases`);
  }
  const kernel = weights.shape.slice(2).map((size, axis) => {
    return typeof size === 'number'
      ? size
      : (node.ints('kernel_shape')?.[axis] ?? node.unknownRank('its kernel size is not known', x.dtype));
  });
  const stated = node.ints('kernel_shape');
  if (stated !== undefined && stated.join() !== kernel.join())
    node.fail(`kernel_shape [${stated.join(', ')}] does not match its weights`);
  return kernel;
}
