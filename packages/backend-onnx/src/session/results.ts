import {
  type Batch,
  elements,
  type GradientReport,
  type ParameterGradient,
  type Stats,
  sizeOf,
  type TensorData,
} from '@forge-ml/core/plugin';
import type { NamedTensor } from './protocol.js';

const statPrefix = 'stats/';
const outputPrefix = 'outputs/';

/** The numbers of a graph's results, at one of several fused steps: `loss`, and `stats/<name>` as `<name>`. */
export function statsAt(results: readonly NamedTensor[], index = 0): Stats {
  const stats: Record<string, number> = {};
  for (const [name, value] of results) {
    if (name === 'loss') stats.loss = numberAt(value, index);
    else if (name.startsWith(statPrefix)) stats[name.slice(statPrefix.length)] = numberAt(value, index);
  }
  return stats;
}

function numberAt(value: TensorData, index: number): number {
  return Number(elements(value)[index]);
}

/** The model's outputs among a graph's results. */
export function outputsOf(results: readonly NamedTensor[]): Batch {
  return Object.fromEntries(
    results.flatMap(([name, value]) => {
      return name.startsWith(outputPrefix) ? [[name.slice(outputPrefix.length), value] as const] : [];
    }),
  );
}

/** The outputs of one of several fused steps, where `outputs` have them along the first dimension. */
export function outputsAt(outputs: Batch, index: number): Batch {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, elementAt(value, index)]));
}

/** The gradients among a graph's results. @param parameters those that the update changed */
export function gradientsOf(results: readonly NamedTensor[], parameters: Iterable<string>): GradientReport {
  const byName = new Map(results);
  const report = new Map<string, ParameterGradient>();
  for (const name of parameters) {
    const [gradient, norm, change] = ['gradient', 'norm', 'change'].map((kind) => byName.get(`${kind}/${name}`));
    if (!gradient || !norm || !change) continue;
    report.set(name, { gradient, parameterNorm: numberAt(norm, 0), updateNorm: numberAt(change, 0) });
  }
  return report;
}

/** A copy: the tensors of a step belong to the caller. */
function elementAt({ dtype, shape: [count = 1, ...shape], bytes }: TensorData, index: number): TensorData {
  const size = sizeOf(shape) === 0 ? 0 : bytes.length / count;
  return { dtype, shape, bytes: bytes.slice(index * size, (index + 1) * size) };
}
