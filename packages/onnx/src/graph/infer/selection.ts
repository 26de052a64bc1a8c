import { unknownDim } from '../ir/dims.js';
import type { InferenceRule } from './draft.js';
import { indexTypes } from './dtypes.js';

/** Operators of which the values decide the size of the result. */
export const selectionRules: Record<string, InferenceRule> = {
  NonMaxSuppression(node) {
    const [boxes, scores] = [node.input(0), node.input(1)];
    node.rank(boxes, 3, 'its boxes');
    node.rank(scores, 3, 'its scores');
    return [{ dtype: 'int64', shape: [unknownDim(), 3] }];
  },

  Compress(node) {
    const [x, condition] = [node.input(0), node.input(1)];
    node.oneOf(condition, ['bool'], 'its condition');
    node.rank(condition, 1, 'its condition');
    const axis = node.int('axis');
    if (axis === undefined) return [{ dtype: x.dtype, shape: [unknownDim()] }];
    return [{ dtype: x.dtype, shape: x.shape.with(node.axis(axis, x.shape.length), unknownDim()) }];
  },

  Unique(node) {
    const x = node.input(0);
    const axis = node.int('axis');
    const size = unknownDim();
    const shape = axis === undefined ? [size] : x.shape.with(node.axis(axis, x.shape.length), size);
    const list = (length: typeof size) => ({ dtype: 'int64', shape: [length] }) as const;
    return [{ dtype: x.dtype, shape }, list(size), list(unknownDim()), list(size)];
  },

  ReverseSequence(node) {
    const [x, lengths] = [node.input(0), node.input(1)];
    node.oneOf(lengths, indexTypes, 'its lengths');
    node.rank(lengths, 1, 'its lengths');
    return [{ dtype: x.dtype, shape: x.shape }];
  },
};
