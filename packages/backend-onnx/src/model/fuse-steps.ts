import type { InputValue, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { input, rebuildValues, walkGraph } from '@forge-ml/onnx/graph';
import { gather, loop } from '@forge-ml/onnx/ops';
import type { StatefulGraph } from './build-graphs.js';

/** int64, how many updates are asked for. */
export const stepCount: InputValue = input('forge/steps', 'int64', []);

/**
 * Many updates in one run: a Loop that carries the state from one to the next, so that it goes in and out only once.
 * Inputs are the training graph's, one for each update along a new first dimension; numbers come out likewise. The
 * operators are the same ones in the same order, and so are the bits.
 */
export function fuseSteps(training: StatefulGraph): StatefulGraph {
  const { parameters } = walkGraph(training);
  const state = parameters.filter(({ name }) => training.next.has(name));
  const stacked = training.inputs.map(({ name, dtype, shape }) => input(name, dtype, ['forge/stack', ...shape]));
  const nexts = new Set(training.next.values());
  const numbers = [...training.outputs].filter(([name]) => !nexts.has(name));
  const nextOf = ({ name }: ParameterValue) => training.outputs.get(training.next.get(name)!)!;
  const results = [...state.map(nextOf), ...numbers.map(([, value]) => value)];

  const { states, scans } = loop(stepCount, state, (turn, carried) => {
    const inTurn = rebuildValues(
      results,
      new Map<Value, Value>([
        ...state.map((value, index) => [value, carried[index]!] as const),
        ...training.inputs.map((value, index) => [value, gather(stacked[index]!, turn, 0)] as const),
      ]),
    );
    return { states: inTurn.slice(0, state.length), scans: inTurn.slice(state.length) };
  });
  const names = [...state.map(({ name }) => training.next.get(name)!), ...numbers.map(([name]) => name)];
  return {
    inputs: [stepCount, ...stacked],
    outputs: new Map(names.map((name, index) => [name, [...states, ...scans][index]!])),
    next: training.next,
  };
}
