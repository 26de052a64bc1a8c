import type { BuildScope } from './build-scope.js';

/** What a person should know about layers that do not do what they seem to. */
export function layerWarnings(layers: BuildScope['layers']): string[] {
  const warnings: string[] = [];
  for (const layer of layers) {
    const { seed } = layer as unknown as { seed?: unknown };
    if (typeof seed === 'number' && /dropout|noise|random/i.test(layer.getClassName())) {
      warnings.push(`The layer ${layer.name} has a fixed seed, so it draws the same mask at every step: leave it out.`);
    }
    if (layer.stateful) {
      warnings.push(`The layer ${layer.name} is stateful: what it carries between batches is not saved.`);
    }
  }
  return warnings;
}
