import { fold } from '../graph/fold.js';
import { type Changes, rebuild } from '../graph/rebuild.js';
import type { ModelGraphs } from './build-graphs.js';

/** The graphs with what an engine has no kernels for made of other operators. Only training needs that so far. */
export function forEngine(graphs: ModelGraphs, { rewrite }: Pick<Changes, 'rewrite'>): ModelGraphs {
  if (rewrite === undefined) return graphs;
  const { next } = graphs.training;
  return { ...graphs, training: { ...fold(rebuild(graphs.training, { rewrite })), next } };
}
