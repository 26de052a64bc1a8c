import { ForgeError } from '../../errors/forge-error.js';
import { describeTensor, sizeOf } from '../../tensor/tensor-data.js';
import { embeddingRecall } from './embedding-recall.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { arraysOf, dataError, metricError, trimmedShape, weightsOf } from './parts/compared-arrays.js';
import {
  type ArrayOptions,
  arrayOptions,
  checkMetricOptions,
  requireChoice,
  requireWhole,
} from './parts/metric-options.js';
import { nanKey, sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';

/** Options of `recallAtK`. */
export interface RecallAtKOptions extends ArrayOptions {
  /** How many of the highest scores count as found. Default: 10. */
  readonly k?: number | undefined;
  /**
   * Outputs `[n, size]`, for embeddings: row i of `candidates` is the one relevant candidate of row i of `queries`, and all
   * rows of the split are candidates. Both, or neither; they take the place of `output` and `label`.
   */
  readonly queries?: string | undefined;
  readonly candidates?: string | undefined;
  /** How embeddings are compared. Default: `cosine`. */
  readonly similarity?: 'cosine' | 'dot' | undefined;
}

const [found, all] = [0, 1] as const;

/**
 * The mean over the queries of the share of their relevant candidates that are among the k highest scores: outputs
 * `[n, candidates]`, labels of the same shape, 1 for relevant and 0 otherwise, or the one relevant candidate `[n]`. A
 * query without relevant candidates does not count. Of equal scores, that of the later candidate is the higher one.
 *
 * With `queries` and `candidates`, the share of the queries whose own candidate is among the k most similar ones of the whole
 * split: `recallAtK({ k: 1, queries: 'anchors', candidates: 'positives' })`.
 */
export function recallAtK(options: RecallAtKOptions = {}): MergingAccumulator<unknown> {
  checkMetricOptions('recallAtK', options, [...arrayOptions, 'k', 'queries', 'candidates', 'similarity']);
  const { k = 10, queries, candidates, similarity } = options;
  requireWhole('recallAtK', 'k', k, 1, 2 ** 31);
  requireChoice('recallAtK', 'similarity', similarity, ['cosine', 'dot']);
  if (queries === undefined && candidates === undefined) {
    if (similarity !== undefined) throw invalid('similarity', 'needs queries and candidates');
    return scoreRecall(options, k) as MergingAccumulator<unknown>;
  }
  for (const [name, output] of Object.entries({ queries, candidates })) {
    if (typeof output !== 'string') throw invalid(name, 'is not the name of an output');
  }
  const other = arrayOptions.find((name) => options[name] !== undefined);
  if (other !== undefined) throw invalid(other, 'is not for queries and candidates, which count the same');
  const names = { queries: queries as string, candidates: candidates as string };
  return embeddingRecall({ k, ...names, similarity: similarity ?? 'cosine' }) as MergingAccumulator<unknown>;
}

function invalid(name: string, problem: string): ForgeError {
  return new ForgeError('MODEL_INVALID', `recallAtK(options): ${name} ${problem}.`, {
    about: name,
    hint: "Embeddings are two outputs of the model: { queries: 'anchors', candidates: 'positives' }.",
  });
}

/** Of scores that the model computes. */
function scoreRecall(options: RecallAtKOptions, k: number): MergingAccumulator<SumTable> {
  return sumAccumulator({
    direction: 'max',
    add(sums, batch, outputs, context) {
      const { label, output, names } = arraysOf(options, batch, outputs, context);
      const width = output.shape.at(-1) ?? 1;
      const rows = sizeOf(output.shape) / width;
      const isIndex = sizeOf(label.shape) === rows && String(trimmedShape(label.shape)) !== String(output.shape);
      if (output.shape.length < 2 || !(isIndex || String(label.shape) === String(output.shape))) {
        throw metricError(
          context,
          `the output ${names.output} is ${describeTensor(output)}, the labels ${names.label} are ${describeTensor(label)}`,
          'The output is [n, candidates]; labels have its shape, or are [n].',
        );
      }
      const weights = weightsOf(options, batch, rows, context);
      for (let row = 0; row < rows; row++) {
        const scores = Array.from({ length: width }, (_, at) => output.data[row * width + at]!);
        const given = isIndex
          ? [label.data[row]!]
          : scores.flatMap((_, at) => {
              const value = label.data[row * width + at]!;
              if (value !== 0 && value !== 1) {
                throw dataError(context, `a label in ${names.label} is ${value}`, 'Labels are 1 for relevant, else 0.');
              }
              return value === 1 ? [at] : [];
            });
        const wrong = given.find((at) => !(Number.isInteger(at) && at >= 0 && at < width));
        if (wrong !== undefined) {
          throw dataError(context, `a label in ${names.label} is ${wrong}`, `There are ${width} candidates, from 0.`);
        }
        const weight = weights?.(row) ?? 1;
        if (scores.some(Number.isNaN)) sums.at(nanKey).add(1);
        if (weight === 0 || given.length === 0) continue;
        sums.at(all).add(weight);
        sums.at(found).add((weight * given.filter((at) => rankOf(at, scores) < k).length) / given.length);
      }
    },
    result: (sums) => (sums.has(nanKey) ? Number.NaN : sums.value(found) / sums.value(all)),
  });
}

/** How many candidates are before it. */
function rankOf(own: number, scores: readonly number[]): number {
  const score = scores[own]!;
  return scores.filter((other, at) => other > score || (other === score && at > own)).length;
}
