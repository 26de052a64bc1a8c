import type { InputValue, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { input, rebuildValues, walkGraph } from '@forge-ml/onnx/graph';
import { gather, loop } from '@forge-ml/onnx/ops';
import type { StatefulGraph } from './training-graph.js';

/** int64, the number of updates. */
export const stepCount: InputValue = input('forge/steps', 'int64', []);

/**
 * Fuses many updates into one run: a Loop carries the state from one to the next, so that it is copied in and out only
 * once. Inputs are the training graph's, stacked along a new first dimension, one for each update; so are the numbers
 * it reports. The operators and their order are the same, so results are bit-identical.
 */
export function fuseSteps(training: StatefulGraph): StatefulGraph {
  const { parameters } = walkGraph(training);
  const state = parameters.filter(({ name }) => training.next.has(name));
  const stacked = training.inputs.map(({ name, dtype, shape }) => input(name, dtype, ['forge/stack', ...shape]));
  const nexts = new Set(training.next.values());
  const numbers = [...training.outputs].filter(([name]) => !nexts.has(name));
  const nextOf = ({ name }: ParameterValue) => training.outputs.get(training.next.get(name)!)!;
  const results = [...state.map(nextOf), ...numbers.map(([, value]) => value)];

  const { states, scans } = loop(stepCount, state, (iteration, carried) => {
    const inIteration = rebuildValues(
      results,
      new Map<Value, Value>([
        ...state.map((value, index) => [value, carried[index]!] as const),
        ...training.inputs.map((value, index) => [value, gather(stacked[index]!, iteration, 0)] as const),
      ]),
    );
    return { states: inIteration.slice(0, state.length), scans: inIteration.slice(state.length) };
  });
  const names = [...state.map(({ name }) => training.next.get(name)!), ...numbers.map(([name]) => name)];
  return {
    inputs: [stepCount, ...stacked],
    outputs: new Map(names.map((name, index) => [name, [...states, ...scans][index]!])),
    next: training.next,
  };
}
