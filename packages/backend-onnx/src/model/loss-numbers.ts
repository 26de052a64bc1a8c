import type { Value } from '@forge-ml/onnx/graph';
import { add, cast } from '@forge-ml/onnx/ops';

/** The output of a graph that is a stat. */
export function statName(name: string): string {
  return `stats/${name}`;
}

/** The numbers of losses, by `numberOfLoss`: one as it is; several as stats, and their sum as `loss`. */
export function lossNumbers(losses: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const single = losses.get('loss');
  if (single !== undefined) return losses;
  const values = [...losses.values()];
  const sum = values.reduce((total, value) => add(total, cast(value, total.dtype)));
  return new Map([['loss', sum], ...Array.from(losses, ([name, value]) => [statName(name), value] as const)]);
}
