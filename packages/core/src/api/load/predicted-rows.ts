import type { Outputs } from '../../data/output-tensor.js';
import type { NestedNumbers } from '../../data/to-tensor.js';
import type { PredictedRow, PredictedValue } from '../../plugins/contract/loaded-run.js';
import type { FittedArray } from '../../preprocessing/fitted-array.js';
import type { FittedPreparation } from '../../preprocessing/fitted-preparation.js';

/**
 * The outputs of a batch row by row, in the units of the targets: numbers as the target's column has them; for classes the
 * name of the likeliest, as the target's column, and the scores of all by name, as the output.
 */
export function predictedRows(outputs: Outputs, preparation: FittedPreparation, count: number): PredictedRow[] {
  const rows = Array.from({ length: count }, (): Record<string, PredictedValue> => ({}));
  const names = Object.keys(outputs);
  for (const name of names) {
    const output = outputs[name]!;
    const target = targetOf(name, preparation.targets, names.length);
    const classes = target === undefined ? undefined : classesOf(target);
    const inverses = target === undefined ? undefined : preparation.inverses(target.name);
    const width = output.data.length / count;
    for (let row = 0; row < count; row++) {
      const values = Array.from(output.data.subarray(row * width, (row + 1) * width) as Float32Array, Number);
      if (target !== undefined && classes?.length === width) {
        if (name !== target.name)
          rows[row]![name] = Object.fromEntries(values.map((value, at) => [classes[at]!, value]));
        rows[row]![target.name] = classes[likeliest(values)]!;
      } else {
        rows[row]![name] = nested(
          inverses === undefined ? values : values.map((value, at) => inverses[at % inverses.length]!(value)),
          output.shape.slice(1),
        );
      }
    }
  }
  return rows;
}

/** The target in whose units an output is: the one that names it, or is called the same, or the only one of one output. */
function targetOf(output: string, targets: readonly FittedArray[], outputs: number): FittedArray | undefined {
  const named = targets.find((target) => (target.outputs ?? [target.name]).includes(output));
  if (named !== undefined) return named;
  const [only] = targets;
  return targets.length === 1 && outputs === 1 && only!.outputs === null ? only : undefined;
}

function classesOf({ columns }: FittedArray): readonly string[] | undefined {
  const { step, options, state } = columns[0]!.steps.at(-1)!;
  return step.classes?.(options, state);
}

function likeliest(scores: readonly number[]): number {
  let best = 0;
  for (let at = 1; at < scores.length; at++) if (scores[at]! > scores[best]!) best = at;
  return best;
}

/** Numbers as lists in lists, by shape; one number of shape [] or [1] as it is. */
function nested(values: readonly number[], shape: readonly number[]): PredictedValue {
  return values.length === 1 ? values[0]! : lists(values, shape);
}

function lists(values: readonly number[], shape: readonly number[]): NestedNumbers {
  if (shape.length < 2) return values;
  const [first, ...rest] = shape as [number, ...number[]];
  const size = values.length / first;
  return Array.from({ length: first }, (_, at) => lists(values.slice(at * size, (at + 1) * size), rest));
}
