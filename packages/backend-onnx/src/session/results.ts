import {
  type Batch,
  elements,
  type GradientReport,
  type ParameterGradient,
  type Stats,
  sizeOf,
  type TensorData,
} from '@forge-ml/core/plugin';
import type { NamedTensor } from '../runtime/protocol.js';
import type { GraphResults } from './graph-results.js';

const statPrefix = 'stats/';
const outputPrefix = 'outputs/';

/** Whether an output of that name is the loss or a stat. */
export function isNumber(name: string): boolean {
  return name === 'loss' || name.startsWith(statPrefix);
}

/** The numbers of a graph's results: `loss`, and `stats/<name>` as `<name>`. */
export function statsOf(numbers: ReadonlyMap<string, number>): Stats {
  const stats = Array.from(numbers, ([name, value]) => [name === 'loss' ? name : name.slice(statPrefix.length), value]);
  return Object.fromEntries(stats);
}

/** The results of each of several fused steps: every output has them along the first dimension. */
export function unstacked(tensors: readonly NamedTensor[], count: number): GraphResults[] {
  return Array.from({ length: count }, (_, index) => {
    const [numbers, others] = [new Map<string, number>(), [] as NamedTensor[]];
    for (const [name, value] of tensors) {
      if (isNumber(name)) numbers.set(name, numberAt(value, index));
      else others.push([name, elementAt(value, index)]);
    }
    return { numbers, tensors: others };
  });
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
