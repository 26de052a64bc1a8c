import { invalidModel } from '../errors/onnx-error.js';
import { describeNode } from '../graph/infer/draft.js';
import type { Node, Value } from '../graph/ir/graph.js';
import { add, clip, mul, sub } from '../ops/elementwise.js';
import { matMul } from '../ops/linear.js';
import { concat, split, transpose } from '../ops/shape.js';
import type { Activation } from './gate-activations.js';
import type { Cell } from './over-time.js';

/** One direction of a recurrent node, its parts without the dimension of the directions. */
export interface CellParts {
  readonly node: Node;
  readonly hidden: number;
  /** [gates · hidden, hidden]. */
  readonly recurrence: Value;
  /** [gates · hidden] each: added to the input's part, and to the recurrent part. */
  readonly bias: { readonly input: Value; readonly recurrence: Value } | undefined;
  /** [3 · hidden], of an LSTM with peepholes. */
  readonly peepholes: Value | undefined;
  readonly activations: readonly Activation[];
}

/** A cell, and the bias that is added to the projected inputs, [gates · hidden], once for all time steps. */
export interface BuiltCell {
  readonly cell: Cell;
  readonly offset: Value | undefined;
}

export interface CellKind {
  readonly gates: number;
  readonly states: number;
  readonly activations: readonly string[];
  build(parts: CellParts): BuiltCell;
}

/** h' = f(x·W + h·R + b). */
const rnn: CellKind = {
  gates: 1,
  states: 1,
  activations: ['Tanh'],
  build(parts) {
    const recurrence = transpose(parts.recurrence, [1, 0]);
    const [f] = parts.activations;
    const limit = limiterOf(parts.node);
    return {
      offset: bothBiases(parts),
      cell: (inputs, [h]) => [f!(limit(add(inputs, matMul(h!, recurrence))))],
    };
  },
};

/** Gates in ONNX's order: update z, reset r, candidate. h' = (1 - z)·candidate + z·h. */
const gru: CellKind = {
  gates: 3,
  states: 1,
  activations: ['Sigmoid', 'Tanh'],
  build(parts) {
    const { hidden, bias, node } = parts;
    const [f, g] = parts.activations;
    const limit = limiterOf(node);
    const [ofUpdateAndReset, ofCandidate] = split(parts.recurrence, [2 * hidden, hidden], 0).map((part) =>
      transpose(part, [1, 0]),
    );
    const biases = bias && {
      input: split(bias.input, [2 * hidden, hidden], 0),
      recurrence: split(bias.recurrence, [2 * hidden, hidden], 0),
    };
    const candidateBias = biases?.recurrence[1];
    const candidateRecurrence = (h: Value) => {
      const product = matMul(h, ofCandidate!);
      return candidateBias ? add(product, candidateBias) : product;
    };
    const resetLast = node.attributes.linear_before_reset;
    const resetsProduct = resetLast?.type === 'int' && resetLast.value !== 0;
    const cell: Cell = (inputs, [h]) => {
      const [both, candidateIn] = split(inputs, [2 * hidden, hidden], -1);
      const gates = f!(limit(add(both!, matMul(h!, ofUpdateAndReset!))));
      const [update, reset] = split(gates, [hidden, hidden], -1);
      const old = resetsProduct ? mul(reset!, candidateRecurrence(h!)) : candidateRecurrence(mul(reset!, h!));
      const candidate = g!(limit(add(candidateIn!, old)));
      return [add(mul(sub(1, update!), candidate), mul(update!, h!))];
    };
    // The candidate's recurrent bias is part of what the reset gate scales.
    const offset = biases && concat([add(biases.input[0]!, biases.recurrence[0]!), biases.input[1]!], 0);
    return { cell, offset };
  },
};

/** Gates in ONNX's order: input i, output o, forget f, candidate c. c' = f·c + i·candidate, h' = o·h(c'). */
const lstm: CellKind = {
  gates: 4,
  states: 2,
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  build(parts) {
    const { hidden, node } = parts;
    const [f, g, h] = parts.activations;
    const limit = limiterOf(node);
    const recurrence = transpose(parts.recurrence, [1, 0]);
    const peepholes = parts.peepholes && split(parts.peepholes, [hidden, hidden, hidden], 0);
    const withPeephole = (gate: Value, cells: Value, which: number) =>
      peepholes ? add(gate, mul(cells, peepholes[which]!)) : gate;
    const coupled = node.attributes.input_forget;
    const isCoupled = coupled?.type === 'int' && coupled.value !== 0;
    const cell: Cell = (inputs, [before, cells]) => {
      const gates = split(add(inputs, matMul(before!, recurrence)), Array<number>(4).fill(hidden), -1);
      const input = f!(limit(withPeephole(gates[0]!, cells!, 0)));
      const forget = isCoupled ? sub(1, input) : f!(limit(withPeephole(gates[2]!, cells!, 2)));
      const next = add(mul(forget, cells!), mul(input, g!(limit(gates[3]!))));
      const output = f!(limit(withPeephole(gates[1]!, next, 1)));
      return [mul(output, h!(next)), next];
    };
    return { cell, offset: bothBiases(parts) };
  },
};

export const cellKinds: Readonly<Record<string, CellKind>> = { RNN: rnn, GRU: gru, LSTM: lstm };

function bothBiases({ bias }: CellParts): Value | undefined {
  return bias && add(bias.input, bias.recurrence);
}

/** Limits the input of activations to [-clip, clip], if the node has a clip. */
function limiterOf(node: Node): Activation {
  const limit = node.attributes.clip;
  if (limit?.type !== 'float') return (x) => x;
  if (limit.value > 0) return (x) => clip(x, -limit.value, limit.value);
  throw invalidModel(
    `${describeNode(node.op, node.origin)} has a clip of ${limit.value}, but it must be above 0.`,
    node.origin,
  );
}
