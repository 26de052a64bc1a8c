import {
  block,
  dense,
  embedding,
  type Layer,
  layerNorm,
  makeLayer,
  multiHeadAttention,
  ops,
  sequential,
} from '@forge-ml/backend-onnx';

/** A causal transformer with its layer norms before attention and feed-forward. @param words of the vocabulary */
export function transformer(words: number, width: number, heads: number, blocks: number): Layer {
  return sequential(
    embedding(words, width, { name: 'embedding' }),
    ...Array.from({ length: blocks }, (_, at) => transformerBlock(`block_${at}`, width, heads)),
    dense(words, { name: 'head' }),
  );
}

/** No biases in the attention, because the scores do not depend on those of the keys. */
function transformerBlock(name: string, width: number, heads: number): Layer {
  const attention = multiHeadAttention(heads, { causal: true, bias: false, name: 'attention' });
  const norms = [layerNorm({ name: 'norm_0' }), layerNorm({ name: 'norm_1' })] as const;
  const feedForward = block(
    'feed_forward',
    dense(4 * width, { activation: 'gelu', name: 'dense_0' }),
    dense(width, { name: 'dense_1' }),
  );
  return makeLayer('transformer_block', { name }, (x, context) => {
    const attended = ops.add(x, attention(norms[0](x, context), context));
    return ops.add(attended, feedForward(norms[1](attended, context), context));
  });
}
