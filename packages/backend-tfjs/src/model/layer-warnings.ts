import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { BuildScope } from './build-scope.js';
import { withInnerLayers } from './layer-tree.js';

type Layer = tfjs.layers.Layer;

/** Warnings about layers that do not behave as they seem to. */
export function layerWarnings(tf: Tf, scope: BuildScope): string[] {
  const warnings: string[] = [];
  for (const layer of withInnerLayers(scope.layers)) {
    const { seed } = layer as unknown as { seed?: unknown };
    if (typeof seed === 'number' && /dropout|noise|random/i.test(layer.getClassName())) {
      warnings.push(
        `The layer ${layer.name} has a fixed seed, so it draws the same mask at every step: remove the seed.`,
      );
    }
    if (layer.stateful) {
      warnings.push(`The layer ${layer.name} is stateful: what it carries between batches is not saved.`);
    }
    if (layer instanceof tf.LayersModel && layer.optimizer) {
      warnings.push(
        `The model ${layer.name} is compiled, which has no effect here: the loss, optimizer and stats are those that load returns.`,
      );
    }
  }
  return [...warnings, ...withoutTraining(scope.trainingCalls)];
}

/** Warnings about layers called in training without `{ training }`: they act as in an evaluation. */
function withoutTraining(calls: BuildScope['trainingCalls']): string[] {
  return [...calls].flatMap(([called, training]) => {
    if (training) return [];
    const affected = [...withInnerLayers([called])].filter(differsInTraining);
    if (affected.length === 0) return [];
    const names = affected.map(({ name }) => name).join(', ');
    return [
      `${called.name} is called without { training }, so ${names} ${affected.length === 1 ? 'acts' : 'act'} as in an evaluation: write apply(x, { training }).`,
    ];
  });
}

function differsInTraining(layer: Layer): boolean {
  const { dropout = 0, recurrentDropout = 0 } = layer as unknown as { dropout?: unknown; recurrentDropout?: unknown };
  if ([dropout, recurrentDropout].some((rate) => typeof rate === 'number' && rate > 0)) return true;
  return /Dropout|Noise|BatchNorm|^Random/.test(layer.getClassName());
}
