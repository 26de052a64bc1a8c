import type { Value } from '../graph/ir/graph.js';
import { softmax, tanh } from '../ops/activations.js';
import { add, cast, mul } from '../ops/elementwise.js';
import { matMul } from '../ops/linear.js';
import { concat, reshape, slice, transpose } from '../ops/shape.js';
import type { DType } from '../tensor/tensor.js';

export interface AttentionParts {
  /** [batch, heads, time, size]. */
  readonly query: Value;
  /** [batch, key heads, places, size]: each key head serves as many adjacent heads (Ainslie et al., 2023). */
  readonly key: Value;
  readonly value: Value;
  readonly scale: number;
  /** Limits the scores to ±softcap, smoothly; 0 for no limit. */
  readonly softcap?: number;
  /** Added to the scores, broadcast to [batch, heads, time, places]. */
  readonly bias?: Value | undefined;
  /** A score more in each row, which takes its share of the sum and is dropped: broadcast to [batch, heads, time, 1]. */
  readonly sink?: ((scores: Value) => Value) | undefined;
  readonly softmaxIn?: DType | undefined;
}

export interface Attended {
  /** [batch, heads, time, value size]. */
  readonly output: Value;
  readonly scores: Value;
  readonly capped: Value;
  readonly probabilities: Value;
}

/** softmax(query · keyᵀ · scale + bias) · value (Vaswani et al., 2017). */
export function attend(parts: AttentionParts): Attended {
  const { query, key, value, scale, softcap = 0, bias, sink, softmaxIn } = parts;
  const [heads, keyHeads] = [query.shape[1] as number, key.shape[1] as number];
  // The rows of the heads that share a key head become the rows of one matrix: nothing is repeated.
  const joined = (x: Value) => (heads === keyHeads ? x : reshape(x, [0, keyHeads, -1, x.shape[3] as number]));
  const apart = (x: Value, width: number) => (heads === keyHeads ? x : reshape(x, [0, heads, -1, width]));
  const scores = apart(matMul(joined(scaled(query, scale)), transpose(key, [0, 1, 3, 2])), 0);
  const capped = softcap === 0 ? scores : mul(tanh(mul(scores, 1 / softcap)), softcap);
  const biased = bias ? add(capped, bias) : capped;
  const wide = cast(biased, softmaxIn ?? biased.dtype);
  const probabilities = cast(sink ? withSink(wide, sink(wide)) : softmax(wide), query.dtype);
  const places = heads === keyHeads ? probabilities : reshape(probabilities, [0, keyHeads, -1, 0]);
  return { output: apart(matMul(places, value), 0), scores, capped, probabilities };
}

function scaled(query: Value, scale: number): Value {
  return scale === 1 ? query : mul(query, scale);
}

function withSink(scores: Value, sink: Value): Value {
  return slice(softmax(concat([scores, sink], 3)), [0], [-1], [3]);
}

/** [batch, time, heads · size] to [batch, heads, time, size]. */
export function splitHeads(x: Value, heads: number): Value {
  return transpose(reshape(x, [0, 0, heads, -1]), [0, 2, 1, 3]);
}

/** [batch, heads, time, size] to [batch, time, heads · size]. */
export function mergeHeads(x: Value): Value {
  return reshape(transpose(x, [0, 2, 1, 3]), [0, 0, -1]);
}
