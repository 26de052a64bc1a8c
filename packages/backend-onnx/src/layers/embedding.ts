import { ForgeError } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { describeType } from '@forge-ml/onnx/graph';
import { cast, gather } from '@forge-ml/onnx/ops';
import { type Initializer, normal } from './initializers.js';
import { type Layer, makeLayer, type NamedOptions } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { requireWhole } from './sizes.js';

export interface EmbeddingOptions extends NamedOptions {
  /** normal(0.02) by default, as in GPT-2. */
  readonly initializer?: Initializer;
}

/** A vector of `size` numbers for each integer below `count`: […] to […, size]; table [count, size]. */
export function embedding(count: number, size: number, options: EmbeddingOptions = {}): Layer {
  checkLayerOptions('embedding', options, ['initializer']);
  requireWhole('embedding', 'count', count);
  requireWhole('embedding', 'size', size);
  const { initializer = normal(0.02) } = options;
  return makeLayer('embedding', options, (x, context) => {
    const table = context.parameter('embeddings', [count, size], initializer);
    return gather(table, asIndices(x), 0);
  });
}

/** Casts integers of any type to one that the operator accepts. */
function asIndices(x: Value): Value {
  if (x.dtype === 'int32' || x.dtype === 'int64') return x;
  if (x.dtype.includes('int')) return cast(x, 'int64');
  throw new ForgeError('MODEL_INVALID', `embedding takes whole numbers, not ${describeType(x)}.`, {
    about: 'embedding',
    hint: "Give them as an integer type in the data config, or cast them: ops.cast(x, 'int32').",
  });
}
