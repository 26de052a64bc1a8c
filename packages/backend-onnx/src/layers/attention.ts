import { ForgeError, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { constant, scalar } from '@forge-ml/onnx/graph';
import { add, matMul, mul, reshape, softmax, transpose, where } from '@forge-ml/onnx/ops';
import { glorotUniform, type Initializer, zeros } from './initializers.js';
import { type Layer, type LayerContext, makeLayer, type NamedOptions } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { knownSize, requireRank, requireWhole } from './sizes.js';

export interface AttentionOptions extends NamedOptions {
  /** Whether each place sees only itself and those before it. */
  readonly causal?: boolean;
  /** The share of the attention weights dropped while training; 0 by default. */
  readonly dropout?: number;
  /** true by default. */
  readonly bias?: boolean;
  /** glorotUniform by default. */
  readonly kernelInitializer?: Initializer;
}

export interface AttentionCall {
  /** What is attended to, [batch, places, size]; the input itself by default. */
  readonly memory?: Value;
  /** bool, broadcast to [batch, heads, places, places of the memory]: false where nothing may be seen. */
  readonly mask?: Value;
}

/** What a place that may not be seen scores: small enough to vanish, and no infinity that could become NaN. */
const unseen = -1e9;

/** Multi-head attention (Vaswani et al., 2017): [batch, places, size] to the same; kernels [size, size]. */
export function multiHeadAttention(heads: number, options: AttentionOptions = {}): Layer<AttentionCall> {
  checkLayerOptions('multiHeadAttention', options, ['causal', 'dropout', 'bias', 'kernelInitializer']);
  requireWhole('multiHeadAttention', 'heads', heads);
  const { causal = false, dropout = 0, bias = true, kernelInitializer = glorotUniform } = options;

  return makeLayer<AttentionCall>('multi_head_attention', options, (x, context, call = {}) => {
    requireRank('multiHeadAttention', x, 3, 'batch, places, size');
    const size = knownSize('multiHeadAttention', x, -1);
    if (size % heads !== 0) {
      throw new ForgeError('MODEL_INVALID', `multiHeadAttention: ${heads} heads do not divide a size of ${size}.`, {
        about: 'multiHeadAttention',
      });
    }
    const width = size / heads;
    const project = (name: string, input: Value) => {
      const product = matMul(input, context.parameter(`${name}/kernel`, sizes(input, size), kernelInitializer));
      return bias ? add(product, context.parameter(`${name}/bias`, [size], zeros)) : product;
    };
    const split = (value: Value, order: readonly number[]) => transpose(reshape(value, [0, 0, heads, width]), order);
    const memory = call.memory ?? x;
    const query = split(mul(project('query', x), 1 / Math.sqrt(width)), [0, 2, 1, 3]);
    const key = split(project('key', memory), [0, 2, 3, 1]);
    const value = split(project('value', memory), [0, 2, 1, 3]);
    let scores = matMul(query, key);
    if (causal) scores = where(causalMask(x, memory), scores, scalar(unseen, scores.dtype));
    if (call.mask !== undefined) scores = where(call.mask, scores, scalar(unseen, scores.dtype));
    const weights = dropped(softmax(scores, -1), dropout, context);
    const joined = reshape(transpose(matMul(weights, value), [0, 2, 1, 3]), [0, 0, size]);
    return project('output', joined);
  });
}

function sizes(input: Value, size: number): [number, number] {
  return [knownSize('multiHeadAttention', input, -1), size];
}

function dropped(weights: Value, rate: number, context: LayerContext): Value {
  return rate === 0 ? weights : context.dropout(weights, rate);
}

/** bool [places, places of the memory]: whether place i may see place j. */
function causalMask(x: Value, memory: Value): Value {
  const [rows, columns] = [knownSize('causal attention', x, 1), knownSize('causal attention', memory, 1)];
  const seen = Uint8Array.from({ length: rows * columns }, (_, at) => Number(at % columns <= Math.floor(at / columns)));
  return constant(tensor(seen, [rows, columns], 'bool'));
}
