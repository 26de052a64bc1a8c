import { convGradient, type FastConvolutions, ops } from '@forge-ml/onnx';
import {
  int,
  intAttribute,
  ints,
  intsAttribute,
  makeNode,
  type Node,
  scalar,
  textAttribute,
  type Value,
} from '@forge-ml/onnx/graph';
import type { BuildOptions } from '../model/build-graphs.js';

/**
 * ONNX Runtime's convolutions over blocks of channels (NCHWc) are up to 1.7 times as fast as those over NCHW. It uses them
 * by itself only where weights are constants; in training they are inputs. The size of a block depends on the vector
 * instructions of the machine: see `findConvolutionBlock`.
 */
const domain = 'com.microsoft.nchwc';

/** With fewer products for each weight, arranging the weights in blocks takes longer than is gained. */
const fewPositions = 128;

/** How graphs of a model are built for them. @param batch examples in a batch */
export function blockedConvolutions(block: number, batch: number): Pick<BuildOptions, 'rewrite' | 'rules'> {
  return { rewrite: (node) => blockedConv(node, block), rules: [convGradient(areBlocked(block, batch))] };
}

/**
 * Which convolutions are computed over blocks.
 * @param batch examples in a batch: in the gradient of weights, they are the channels
 */
function areBlocked(block: number, batch: number): FastConvolutions {
  return ({ channels, filters }) => {
    if (typeof filters !== 'number' || filters % block !== 0) return false;
    return (typeof channels === 'number' ? channels : batch) >= block;
  };
}

/** Replaces a convolution by one over blocks, where that is faster. */
export function blockedConv(node: Node, block: number): readonly Value[] | undefined {
  const [x, weights, bias = null] = node.inputs;
  if (node.op !== 'Conv' || node.domain !== '' || !x || !weights || weights.kind === 'constant') return undefined;
  const [filters, channels, height, width] = weights.shape;
  if (x.dtype !== 'float32' || x.shape.length !== 4 || intAttribute(node, 'group', 1) !== 1) return undefined;
  if (typeof filters !== 'number' || filters % block !== 0) return undefined;
  if (typeof height !== 'number' || typeof width !== 'number' || height * width === 1) return undefined;
  if (textAttribute(node, 'auto_pad', 'NOTSET') !== 'NOTSET' || hasFewPositions(node)) return undefined;
  const isThin = typeof channels === 'number' && channels < block;
  const inputs = isThin ? [x, thinWeights(weights, block)] : [inBlocks(x, block), blockedWeights(weights, block)];
  const types = [{ dtype: x.dtype, shape: node.outputs[0]!.shape }];
  const attributes = {
    kernel_shape: ints([height, width]),
    strides: ints(intsAttribute(node, 'strides') ?? [1, 1]),
    dilations: ints(intsAttribute(node, 'dilations') ?? [1, 1]),
    pads: ints(intsAttribute(node, 'pads') ?? [0, 0, 0, 0]),
    group: int(1),
  };
  const [blocks] = makeNode({ op: 'Conv', domain, inputs: [...inputs, bias], attributes }, types);
  return makeNode({ op: 'ReorderOutput', domain, inputs: [blocks!], attributes: { channels: int(filters) } }, types);
}

/** Of a known number of examples and positions: the gradient of weights of few channels. */
function hasFewPositions({ outputs: [y] }: Node): boolean {
  const [batch, , ...spatial] = y!.shape;
  const sizes = [batch, ...spatial];
  const areKnown = sizes.every((size) => typeof size === 'number');
  return areKnown && (sizes as number[]).reduce((product, size) => product * size, 1) < fewPositions;
}

/** [batch, channels, height, width], its channels in blocks. */
function inBlocks(x: Value, block: number): Value {
  return reorderInput(padded(x, block));
}

/** The type stays the same: only the order of the numbers in memory changes. */
function reorderInput(x: Value): Value {
  return makeNode({ op: 'ReorderInput', domain, inputs: [x] }, [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

/** Weights of fewer channels than a block has, for images that are not in blocks: OIHWo. */
function thinWeights(weights: Value, block: number): Value {
  const [filters, channels, height, width] = weights.shape as number[];
  const apart = ops.reshape(weights, [filters! / block, block, channels!, height!, width!]);
  return ops.reshape(ops.transpose(apart, [0, 2, 3, 4, 1]), [filters!, channels!, height!, width!]);
}

/**
 * [filters, channels, height, width] as OIHWio: blocks of filters of blocks of channels. Filters are arranged in blocks first,
 * by the fast operator for images: then whole blocks are moved instead of single numbers.
 */
function blockedWeights(weights: Value, block: number): Value {
  const [filters, , height, width] = weights.shape as number[];
  const whole = padded(weights, block);
  const filtersInBlocks = reorderInput(ops.transpose(whole, [1, 0, 2, 3]));
  const apart = ops.reshape(filtersInBlocks, [-1, block, filters! / block, height! * width!, block]);
  return ops.reshape(ops.transpose(apart, [2, 0, 3, 1, 4]), [filters!, -1, height!, width!]);
}

/** With channels of zeros up to a whole number of blocks. */
function padded(x: Value, block: number): Value {
  const channels = x.shape[1]!;
  if (typeof channels === 'number') {
    const missing = (block - (channels % block)) % block;
    return missing === 0 ? x : ops.pad(x, [0, 0, 0, 0, 0, missing, 0, 0]);
  }
  const size = scalar(block, 'int64');
  const missing = ops.mod(ops.sub(size, ops.mod(ops.shapeOf(x, 1, 2), size)), size);
  const none = (count: number) => ops.constantOfShape([count], 0, 'int64');
  return ops.pad(x, ops.concat([none(5), missing, none(2)], 0));
}
