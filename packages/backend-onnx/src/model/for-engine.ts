import { type Changes, optimize, rebuild } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from './build-graphs.js';

/** The graphs with what an engine has no kernels for made of other operators. Only training needs that so far. */
export function forEngine(graphs: ModelGraphs, { rewrite }: Pick<Changes, 'rewrite'>): ModelGraphs {
  if (rewrite === undefined) return graphs;
  const { next } = graphs.training;
  return { ...graphs, training: { ...optimize(rebuild(graphs.training, { rewrite })), next } };
}
