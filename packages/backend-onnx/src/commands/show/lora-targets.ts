import { layerOf, partsOf } from './blocks.js';
import type { LinearLayer } from './layers.js';
import type { LoraTarget, ShownParameter } from './shown-model.js';

const rank = 8;

/** Names of the query and value projections of attention, which LoRA's authors adapt (Hu et al., 2022). */
const usual = /^(q|v|query|value|q_proj|v_proj|q_lin|v_lin|qkv|c_attn|query_key_value|to_q|to_v|qkv_proj)$/i;

/**
 * Patterns for `lora.targets`, each of the weights of layers that differ in their numbers only. The last layer is none:
 * it is trained whole, or replaced.
 * @param last weights of the last layers
 */
export function loraTargets(
  layers: readonly LinearLayer[],
  parameters: readonly ShownParameter[],
  last: ReadonlySet<string>,
): LoraTarget[] {
  const groups = new Map<string, { layer: string; shape: readonly number[]; weights: Set<string> }>();
  for (const { node, weight, shape } of layers) {
    if (last.has(weight.name)) continue;
    const layer = starred(layerOf(weight.name, node)) || starred(weight.name);
    const key = JSON.stringify([layer, shape]);
    const group = groups.get(key) ?? { layer, shape, weights: new Set() };
    groups.set(key, group);
    group.weights.add(weight.name);
  }
  const names = parameters.map(({ name }) => name);
  const found = [...groups.values()].map(({ layer, shape, weights }) => {
    const isUsual = usual.test(layer.split('.').at(-1) ?? '');
    return {
      ...{ pattern: patternOf([...weights], names), layer, weights: [...weights], shape },
      ...{ adapters: weights.size * adapterNumbers(shape), suggested: isUsual },
    };
  });
  const hasUsual = found.some(({ suggested }) => suggested);
  return found.map((target) => ({ ...target, suggested: hasUsual ? target.suggested : target.shape.length === 2 }));
}

/** A pattern that names these weights and no other; null if there is none. */
function patternOf(weights: readonly string[], names: readonly string[]): string | null {
  const [first] = weights;
  if (weights.length === 1) return first!.includes('*') ? null : first!;
  const parts = partsOf(first!);
  if (parts.length < 2) return null;
  const pattern = first!.replace(/(?<=^|[./])\d+(?=[./]|$)/g, '*');
  const matches = asExpression(pattern);
  return names.filter((name) => matches.test(name)).length === weights.length ? pattern : null;
}

function asExpression(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function starred(name: string): string {
  return name.replace(/(?<=^|[./])\d+(?=[./]|$)/g, '*');
}

/** A: `[rank, in]` (of a convolution with its kernel), B: `[out, rank]`. */
function adapterNumbers(shape: readonly number[]): number {
  const [out, ...read] = shape;
  return rank * (out! + read.reduce((product, size) => product * size, 1));
}
