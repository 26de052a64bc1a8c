import { invalidModel } from '../errors/onnx-error.js';
import { describeNode } from '../graph/infer/draft.js';
import type { Node, Value } from '../graph/ir/graph.js';
import { add } from '../ops/elementwise.js';
import { matMul } from '../ops/linear.js';
import { concat, slice, split, squeeze, transpose, unsqueeze } from '../ops/shape.js';
import { gateActivations } from './gate-activations.js';
import { overTime, type Passed, sequenceMask, zeroState } from './over-time.js';
import { cellKinds } from './recurrent-cells.js';

/**
 * The outputs of an LSTM, GRU or RNN node, computed by operators that have gradients: one Scan for each direction, or
 * unrolled where the sequence is short. undefined for any other node.
 * @see https://onnx.ai/onnx/operators/onnx__LSTM.html
 * @throws OnnxError MODEL_INVALID for activations that ONNX does not define.
 */
export function expandRecurrent(node: Node): readonly Value[] | undefined {
  if (node.domain !== '' || !Object.hasOwn(cellKinds, node.op)) return undefined;
  const kind = cellKinds[node.op]!;
  const batchFirst = wholeOf(node, 'layout') === 1;
  const [given, weights, recurrence, bias, lengths] = node.inputs;
  const x = batchFirst ? transpose(given!, [1, 0, 2]) : given!;
  const hidden = hiddenSize(node, recurrence!);
  const directions = directionsOf(node);
  const initial = node.inputs.slice(5, 5 + kind.states);
  const mask = lengths ? sequenceMask(x, lengths) : undefined;
  const activations = gateActivations(node, kind.activations, directions.length);

  const passes = directions.map((reverse, at): Passed => {
    const of = (value: Value) => along(value, at, 0, directions.length);
    const biases = bias && split(of(bias), [kind.gates * hidden, kind.gates * hidden], 0);
    const peepholes = node.op === 'LSTM' ? node.inputs[7] : undefined;
    const { cell, offset } = kind.build({
      node,
      hidden,
      recurrence: of(recurrence!),
      bias: biases ? { input: biases[0]!, recurrence: biases[1]! } : undefined,
      peepholes: peepholes ? of(peepholes) : undefined,
      activations: activations.slice(at * kind.activations.length, (at + 1) * kind.activations.length),
    });
    // One product for the inputs of all time steps.
    const product = matMul(x, transpose(of(weights!), [1, 0]));
    const states = Array.from({ length: kind.states }, (_, state) => {
      const start = initial[state];
      return start ? along(start, at, batchFirst ? 1 : 0, directions.length) : zeroState(x, hidden);
    });
    return overTime({ inputs: offset ? add(product, offset) : product, mask, initial: states, cell, reverse });
  });

  const all = joined(
    passes.map(({ outputs }) => outputs),
    1,
  );
  const last = Array.from({ length: kind.states }, (_, state) => {
    return joined(
      passes.map(({ states }) => states[state]!),
      batchFirst ? 1 : 0,
    );
  });
  return [batchFirst ? transpose(all, [2, 0, 1, 3]) : all, ...last].slice(0, node.outputs.length);
}

/** Whether each of the node's directions goes backwards. */
function directionsOf({ attributes: { direction } }: Node): readonly boolean[] {
  const name = direction?.type === 'string' ? direction.value : 'forward';
  return name === 'bidirectional' ? [false, true] : [name === 'reverse'];
}

/** One direction's part, without that dimension. */
function along(value: Value, at: number, axis: number, directions: number): Value {
  return squeeze(directions === 1 ? value : slice(value, [at], [at + 1], [axis]), [axis]);
}

function joined(parts: readonly Value[], axis: number): Value {
  const pieces = parts.map((part) => unsqueeze(part, [axis]));
  return pieces.length === 1 ? pieces[0]! : concat(pieces, axis);
}

function hiddenSize(node: Node, recurrence: Value): number {
  const size = wholeOf(node, 'hidden_size') ?? recurrence.shape[2]!;
  if (typeof size === 'number') return size;
  throw invalidModel(`${describeNode(node.op, node.origin)} has no hidden size.`, node.origin);
}

function wholeOf(node: Node, name: string): number | undefined {
  const attribute = node.attributes[name];
  return attribute?.type === 'int' ? attribute.value : undefined;
}
