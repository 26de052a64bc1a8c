import { graphAttribute, int, ints } from '../../graph/ir/attributes.js';
import type { Graph, InputValue, Value } from '../../graph/ir/graph.js';
import { input } from '../../graph/ir/values.js';
import { makeNode } from '../../graph/make-node.js';
import { add } from '../../ops/elementwise.js';
import { copyOfBody } from './operands.js';
import type { Gradient, Pullback } from './rule.js';
import { zerosLike } from './shapes.js';

/** One value per iteration, along the first dimension, in iteration order or reversed. */
export interface Sequence {
  readonly value: Value;
  readonly lastFirst: boolean;
}

export interface Carried {
  /** Which input and which output of the body it is. */
  readonly input: number;
  readonly output: number;
  /** Its value after the last iteration, and the gradient of that. */
  readonly final: Value;
  readonly gradient: Gradient;
}

export interface Collected {
  readonly output: number;
  readonly gradient: Sequence;
}

/** What is needed to differentiate the iterations of a loop. */
export interface Iterations {
  readonly body: Graph;
  /** Each input of the body, in all iterations. */
  readonly inputs: readonly Sequence[];
  /** States that have a gradient. */
  readonly states: readonly Carried[];
  readonly collected: readonly Collected[];
  /** The inputs of the body, other than states, and the captured values whose gradients are needed. */
  readonly elements: readonly number[];
  readonly captured: readonly Value[];
}

export interface IterationGradients {
  readonly states: readonly Value[];
  /** Along the first dimension, in the order of their records. */
  readonly elements: readonly Gradient[];
  readonly captured: readonly Value[];
}

/**
 * Back-propagation through time: a Scan from the last iteration to the first. It recomputes each iteration from its
 * inputs, carries the gradients of the states, and sums those of the captured values.
 */
export function reverseScan(iterations: Iterations, pullback: Pullback): IterationGradients {
  const body = copyOfBody(iterations.body);
  const outputs = [...body.outputs.values()];
  const carried = iterations.states.map((state, at) => like(`gradient_${at}`, body.inputs[state.input]!));
  const sums = iterations.captured.map((value, at) => like(`sum_${at}`, value));
  const given = iterations.collected.map(({ output }, at) => like(`collected_${at}`, outputs[output]!));
  const seeds = new Map<Value, Value>();
  const seed = (value: Value, gradient: Value) => {
    const before = seeds.get(value);
    seeds.set(value, before ? add(before, gradient) : gradient);
  };
  for (const [at, state] of iterations.states.entries()) seed(outputs[state.output]!, carried[at]!);
  for (const [at, { output }] of iterations.collected.entries()) seed(outputs[output]!, given[at]!);

  const ofInputs = [...iterations.states.map((state) => state.input), ...iterations.elements].map(
    (at) => body.inputs[at]!,
  );
  const found = pullback(seeds, [...ofInputs, ...iterations.captured]);
  const stateCount = carried.length;
  const ofElements = found.slice(stateCount, ofInputs.length);
  const kept = iterations.elements.filter((_, at) => ofElements[at]);
  const next = [
    ...carried.map((state, at) => found[at] ?? zerosLike(state)),
    ...sums.map((sum, at) => addTo(sum, found[ofInputs.length + at] ?? null)),
    ...ofElements.filter((gradient) => gradient !== null),
  ];
  const records = [...iterations.inputs, ...iterations.collected.map(({ gradient }) => gradient)];
  const results = makeNode({
    op: 'Scan',
    inputs: [
      ...iterations.states.map(({ gradient, final }) => gradient ?? zerosLike(final)),
      ...iterations.captured.map(zerosLike),
      ...records.map(({ value }) => value),
    ],
    attributes: {
      body: graphAttribute({
        inputs: [...carried, ...sums, ...body.inputs, ...given],
        outputs: new Map(next.map((value, at) => [`next_${at}`, value])),
      }),
      num_scan_inputs: int(records.length),
      scan_input_directions: ints(records.map(({ lastFirst }) => (lastFirst ? 0 : 1))),
      scan_output_directions: ints(kept.map((at) => (iterations.inputs[at]!.lastFirst ? 0 : 1))),
    },
  });
  const collectedFrom = stateCount + sums.length;
  return {
    states: results.slice(0, stateCount),
    elements: iterations.elements.map((at) => (kept.includes(at) ? results[collectedFrom + kept.indexOf(at)]! : null)),
    captured: results.slice(stateCount, collectedFrom),
  };
}

function like(name: string, { dtype, shape }: Value): InputValue {
  return input(name, dtype, shape);
}

function addTo(sum: Value, term: Gradient): Value {
  return term ? add(sum, term) : sum;
}
