import { ForgeError, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { constant, scalar } from '@forge-ml/onnx/graph';
import { add, matMul, mul, reshape, softmax, transpose, where } from '@forge-ml/onnx/ops';
import { glorotUniform, type Initializer, zeros } from './initializers.js';
import { type Layer, type LayerContext, makeLayer, type NamedOptions } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { knownSize, requireRank, requireWhole } from './sizes.js';

export interface AttentionOptions extends NamedOptions {
  /** Whether each position attends only to itself and earlier ones. */
  readonly causal?: boolean;
  /** The share of the attention weights dropped while training; 0 by default. */
  readonly dropout?: number;
  /** true by default. */
  readonly bias?: boolean;
  /** glorotUniform by default. */
  readonly kernelInitializer?: Initializer;
}

export interface AttentionCall {
  /** The sequence to attend to, [batch, positions, size]. Default: the input itself. */
  readonly memory?: Value;
  /** bool, broadcast to [batch, heads, positions, positions of the memory]: false where attention is not allowed. */
  readonly mask?: Value;
}

/** The score of a masked position: small enough to vanish, but no infinity, which could become NaN. */
const maskedScore = -1e9;

/** Multi-head attention (Vaswani et al., 2017): [batch, positions, size] to the same; kernels [size, size]. */
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
    if (causal) scores = where(causalMask(x, memory), scores, scalar(maskedScore, scores.dtype));
    if (call.mask !== undefined) scores = where(call.mask, scores, scalar(maskedScore, scores.dtype));
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

/** bool [positions, positions of the memory]: whether position i may attend to position j. */
function causalMask(x: Value, memory: Value): Value {
  const [rows, columns] = [knownSize('causal attention', x, 1), knownSize('causal attention', memory, 1)];
  const allowed = Uint8Array.from({ length: rows * columns }, (_, at) =>
    Number(at % columns <= Math.floor(at / columns)),
  );
  return constant(tensor(allowed, [rows, columns], 'bool'));
}
