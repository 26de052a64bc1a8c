import { gather } from '../ops/shape.js';
import { type Initializer, normal } from './initializers.js';
import { type Layer, makeLayer, type NamedOptions } from './layer.js';
import { requireWhole } from './sizes.js';

export interface EmbeddingOptions extends NamedOptions {
  /** normal(0.02) where left out, as in GPT-2. */
  readonly initializer?: Initializer;
}

/** A vector of `size` numbers for each whole number below `count`: […] to […, size]; table [count, size]. */
export function embedding(count: number, size: number, options: EmbeddingOptions = {}): Layer {
  requireWhole('embedding', 'count', count);
  requireWhole('embedding', 'size', size);
  const { initializer = normal(0.02) } = options;
  return makeLayer('embedding', options, (x, context) => {
    const table = context.parameter('embeddings', [count, size], initializer);
    return gather(table, x, 0);
  });
}
