import { isObject } from '../../json/is-object.js';
import { describeTensor } from '../../tensor/tensor-data.js';
import type { MergingAccumulator, MetricContext } from './parts/accumulator.js';
import { metricError, outputOf } from './parts/compared-arrays.js';
import type { MetricArrays } from './parts/metric-array.js';
import { PackedNumbers } from './parts/packed-numbers.js';

/** The most numbers that are kept: 128 MiB. Of the state of a checkpoint: some MiB of text. */
const mostNumbers = 2 ** 24;
const mostSavedNumbers = 2 ** 18;

/** Every embedding of a split. */
interface Embeddings {
  size: number;
  /** Whether there were too many: then the lists are empty, and the metric unknown. */
  full: boolean;
  queries: PackedNumbers;
  candidates: PackedNumbers;
}

export interface EmbeddingRecallOptions {
  readonly k: number;
  /** Outputs [n, size]: row i of `candidates` is the relevant one of row i of `queries`. */
  readonly queries: string;
  readonly candidates: string;
  readonly similarity: 'cosine' | 'dot';
}

/** The share of the queries whose own candidate is among the k most similar candidates of the whole split. */
export function embeddingRecall(options: EmbeddingRecallOptions): MergingAccumulator<Embeddings> {
  return {
    direction: 'max',
    start: () => ({ size: 0, full: false, queries: new PackedNumbers(), candidates: new PackedNumbers() }),
    add(state, _batch, outputs, context) {
      const [queries, candidates] = embeddingsOf(options, outputs, context);
      state.size = queries.shape[1]!;
      if (state.full) return;
      state.queries.append(queries.data);
      state.candidates.append(candidates.data);
      if (state.queries.length <= (context.saved ? mostSavedNumbers : mostNumbers)) return;
      if (context.saved) return empty(state);
      const problem = `there are more than ${mostNumbers} numbers in the embeddings of the split`;
      throw metricError(context, problem, 'Evaluate on fewer examples: .take(10_000).');
    },
    result: (state) => (state.full || state.size === 0 ? Number.NaN : shareFound(state, options)),
    toJson: ({ size, full, queries, candidates }) => ({
      size,
      full,
      queries: queries.state,
      candidates: candidates.state,
    }),
    fromJson(json) {
      const state = isObject(json) ? json : {};
      return {
        size: Number(state.size ?? 0),
        full: state.full === true,
        queries: PackedNumbers.from(state.queries),
        candidates: PackedNumbers.from(state.candidates),
      };
    },
    merge(state, other) {
      if (other.size === 0) return;
      state.size = other.size;
      if (other.full) empty(state);
      if (state.full) return;
      state.queries.append(other.queries.values);
      state.candidates.append(other.candidates.values);
    },
  };
}

function empty(state: Embeddings): void {
  state.full = true;
  state.queries = new PackedNumbers();
  state.candidates = new PackedNumbers();
}

function embeddingsOf(options: EmbeddingRecallOptions, outputs: MetricArrays, context: MetricContext) {
  const of = (output: string) => outputs[outputOf({ output }, outputs, context)]!;
  const [queries, candidates] = [of(options.queries), of(options.candidates)];
  if (queries.shape.length !== 2 || String(queries.shape) !== String(candidates.shape)) {
    throw metricError(
      context,
      `the output ${options.queries} is ${describeTensor(queries)}, ${options.candidates} is ${describeTensor(candidates)}`,
      'Both are [n, size]: row i of the candidates is the relevant one of query i.',
    );
  }
  return [queries, candidates] as const;
}

function shareFound({ size, queries, candidates }: Embeddings, { k, similarity }: EmbeddingRecallOptions): number {
  const compared = (rows: Float64Array) => (similarity === 'cosine' ? unitRows(rows, size) : rows);
  const [all, own] = [compared(candidates.values), compared(queries.values)];
  if (all.some(Number.isNaN) || own.some(Number.isNaN)) return Number.NaN;
  const count = own.length / size;
  let found = 0;
  for (let row = 0; row < count; row++) {
    const similarityTo = (candidate: number) => {
      let sum = 0;
      for (let at = 0; at < size; at++) sum += own[row * size + at]! * all[candidate * size + at]!;
      return sum;
    };
    const right = similarityTo(row);
    let before = 0;
    for (let other = 0; other < count && before < k; other++) {
      const score = similarityTo(other);
      if (score > right || (score === right && other > row)) before++;
    }
    if (before < k) found++;
  }
  return found / count;
}

/** A row of zeros stays. */
function unitRows(rows: Float64Array, size: number): Float64Array {
  const scaled = Float64Array.from(rows);
  for (let start = 0; start < rows.length; start += size) {
    const row = scaled.subarray(start, start + size);
    const norm = Math.hypot(...row);
    if (norm > 0) for (let at = 0; at < size; at++) row[at]! /= norm;
  }
  return scaled;
}
