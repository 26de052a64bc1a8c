import { numberOfLoss } from '@forge-ml/core/plugin';
import type { Graph, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { rebuild, walk } from '@forge-ml/onnx/graph';
import type { DeclaredUpdate } from './declared-updates.js';
import { lossNumbers, statName } from './loss-numbers.js';
import type { Trace } from './trace.js';
import { graphOf, namedOutputs } from './training-graph.js';

/** What an evaluation returns besides its numbers, and of which weights. */
export interface EvaluationReport {
  /** The model's outputs, as `outputs/<name>`. */
  readonly outputs?: boolean;
  /** Whether to evaluate the moving averages of the parameters. */
  readonly averages?: boolean;
}

/** What an evaluation computes: the numbers, and the model's outputs. */
export interface Evaluation {
  readonly numbers: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
}

/** @param inference a trace for inference, with the losses of all updates */
export function evaluationOf(inference: Trace, updates: readonly DeclaredUpdate[]): Evaluation {
  const { losses, stats, outputs } = inference;
  const named = new Map(updates.map((update, at) => [numberOfLoss(update), losses[at]!]));
  const numbers = [...lossNumbers(named), ...Array.from(stats, ([name, value]) => [statName(name), value] as const)];
  return { numbers: new Map(numbers), outputs };
}

/** @param averages the moving average of each trained parameter, by its name */
export function evaluationGraph(
  evaluation: Evaluation,
  averages: ReadonlyMap<string, ParameterValue>,
  report: EvaluationReport = {},
): Graph {
  const outputs = new Map([...evaluation.numbers, ...(report.outputs ? namedOutputs(evaluation.outputs) : [])]);
  if (!report.averages) return graphOf(outputs);
  const substitute = (value: Value) => (value.kind === 'parameter' ? averages.get(value.name) : undefined);
  return graphOf(rebuild({ inputs: [], outputs }, { substitute }).outputs);
}

/** The arrays that the losses or the stats read, and `predict` does not; undefined without `predict`. */
export function labelsOf({ numbers, outputs }: Evaluation): readonly string[] | undefined {
  if (outputs.size === 0) return undefined;
  const predicted = new Set(walk(outputs.values()).inputs);
  const read = walk(numbers.values()).inputs;
  return read.filter((value) => !predicted.has(value)).map(({ name }) => name);
}

/** A warning where texts are packed so that they could be kept apart, and nothing reads what tells them apart. */
export function packedWarnings({ numbers, outputs }: Evaluation, inputs: Readonly<Record<string, Value>>): string[] {
  const read = walk([...numbers.values(), ...outputs.values()]).inputs;
  const name = 'sequence_ids';
  if (!Object.hasOwn(inputs, name) || read.some((input) => input === inputs[name])) return [];
  return [
    `The model does not read ${name}: packed texts see each other. Give it blockDiagonalMask(${name}), or leave the array out.`,
  ];
}
