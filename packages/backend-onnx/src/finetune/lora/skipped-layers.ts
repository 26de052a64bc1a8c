import { matchesPattern } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { unadaptableIn } from './unadaptable.js';

const maxNamed = 3;

/**
 * Warns of layers that the targets match and that have no adapter, with what they are.
 * @param adapted how many layers have one
 * @param targets patterns; undefined: all linear layers
 */
export function skippedLayers(
  outputs: Iterable<Value>,
  targets: readonly string[] | undefined,
  names: ReadonlyMap<Value, string>,
  adapted: number,
): string[] {
  const skipped = unadaptableIn(outputs, names).filter(({ name, weightName, isLinear }) => {
    if (targets === undefined) return isLinear;
    return targets.some((pattern) => matchesPattern(pattern, weightName) || matchesPattern(pattern, name));
  });
  if (skipped.length === 0) return [];
  const kinds = new Map<string, string[]>();
  for (const { what, name } of skipped) kinds.set(what, [...(kinds.get(what) ?? []), name]);
  const parts = Array.from(kinds, ([what, layers]) => {
    const more = layers.length > maxNamed ? ` and ${layers.length - maxNamed} more` : '';
    const some = layers.slice(0, maxNamed);
    return `${some.join(', ')}${more} (${what})`;
  });
  const hints = [...new Set(skipped.map(({ hint }) => hint))].join(' ');
  const all = adapted + skipped.length;
  return [
    `lora: ${skipped.length} of the ${all} layers that its targets match have no adapter: ${parts.join('; ')}. ${hints}`,
  ];
}
