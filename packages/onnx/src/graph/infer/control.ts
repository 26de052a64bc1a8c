import { sameDim } from '../ir/broadcast.js';
import { unknownDim } from '../ir/dims.js';
import type { Graph, Value } from '../ir/graph.js';
import { type Dim, describeType, type TensorType } from '../ir/types.js';
import { propagatedNumbers } from '../propagate/known-values.js';
import type { Draft, InferenceRule } from './draft.js';

/** The common type of both: sizes that differ become unknown. */
function either(node: Draft, a: TensorType, b: TensorType, what: string): TensorType {
  const both = `${what} is both ${describeType(a)} and ${describeType(b)}`;
  if (a.dtype !== b.dtype) return node.fail(both);
  if (a.shape.length !== b.shape.length) return node.unknownRank(both, a.dtype);
  return { dtype: a.dtype, shape: a.shape.map((dim, axis) => (dim === b.shape[axis] ? dim : unknownDim())) };
}

/**
 * The type of a state after any number of iterations, given its initial type, and those that the body takes and
 * returns.
 */
function stateType(node: Draft, at: number, initial: TensorType, taken: TensorType, returned: TensorType): TensorType {
  const what = `its state ${at + 1}`;
  if (taken.dtype !== initial.dtype || taken.shape.length !== initial.shape.length) {
    return node.fail(`${what} is ${describeType(initial)}, its body takes ${describeType(taken)}`);
  }
  for (const [axis, dim] of taken.shape.entries()) {
    if (sameDim(dim, initial.shape[axis]!) === undefined) {
      node.fail(`${what} is ${describeType(initial)}, its body takes ${describeType(taken)}`);
    }
    const next = returned.shape[axis];
    if (next !== undefined && sameDim(dim, next) === undefined) {
      node.fail(`${what} goes into its body as ${describeType(taken)} and comes out as ${describeType(returned)}`);
    }
  }
  return either(node, initial, returned, what);
}

function outputsOf(graph: Graph): readonly TensorType[] {
  return [...graph.outputs.values()];
}

export const controlRules: Record<string, InferenceRule> = {
  If(node) {
    const condition = node.input(0);
    node.oneOf(condition, ['bool'], 'its condition');
    node.single(condition, 'its condition');
    const [then, otherwise] = [outputsOf(node.graph('then_branch')), outputsOf(node.graph('else_branch'))];
    if (then.length !== otherwise.length) node.fail('its branches have different numbers of outputs');
    // Then only one branch is ever computed.
    const [chosen] = node.numbers(0) ?? [];
    if (typeof chosen === 'number') return chosen === 0 ? otherwise : then;
    return then.map((type, at) => either(node, type, otherwise[at]!, `its output ${at + 1}`));
  },

  /**
   * Inputs: trip count, initial condition, states. The body maps iteration, condition, states to condition, states,
   * scans.
   */
  Loop(node) {
    const body = node.graph('body');
    const [trips, condition] = [node.optional(0), node.optional(1)];
    if (trips !== undefined) node.oneOf(trips, ['int64'], 'its trip count');
    if (condition !== undefined) node.oneOf(condition, ['bool'], 'its condition');
    const count = node.inputs.length < 2 ? 0 : node.inputs.length - 2;
    const outputs = outputsOf(body);
    if (body.inputs.length !== count + 2) node.fail(`its body takes ${body.inputs.length} inputs, not ${count + 2}`);
    if (outputs.length < count + 1) node.fail(`its body returns ${outputs.length} values, fewer than ${count + 1}`);
    const states = Array.from({ length: count }, (_, at) =>
      stateType(node, at, node.input(at + 2), body.inputs[at + 2]!, outputs[at + 1]!),
    );
    const most = endsEarly(body, condition) ? undefined : node.numbers(0)?.[0];
    const iterations = typeof most === 'number' ? Math.max(most, 0) : (most ?? unknownDim());
    return [
      ...states,
      ...outputs.slice(count + 1).map(({ dtype, shape }) => ({ dtype, shape: [iterations, ...shape] })),
    ];
  },

  /** Inputs: states, then sequences to scan; the body takes and returns states and single elements. */
  Scan(node) {
    const body = node.graph('body');
    const scanned = node.int('num_scan_inputs') ?? node.fail('its num_scan_inputs is missing');
    const values = node.all();
    const count = values.length - scanned;
    const outputs = outputsOf(body);
    if (count < 0 || scanned < 1) node.fail(`it has ${values.length} inputs, of which ${scanned} are scanned`);
    if (body.inputs.length !== values.length)
      node.fail(`its body takes ${body.inputs.length} inputs, not ${values.length}`);
    if (outputs.length < count) node.fail(`its body returns ${outputs.length} values, fewer than ${count}`);
    const states = values
      .slice(0, count)
      .map((value, at) => stateType(node, at, value, body.inputs[at]!, outputs[at]!));
    const axes = node.ints('scan_input_axes') ?? Array<number>(scanned).fill(0);
    let length: Dim | undefined;
    for (const [at, { dtype, shape }] of values.slice(count).entries()) {
      const axis = node.axis(axes[at] ?? 0, shape.length);
      const known: Dim | undefined = length === undefined ? shape[axis]! : sameDim(length, shape[axis]!);
      length = known ?? node.fail(`its sequences have the lengths ${length} and ${shape[axis]}`);
      const element = { dtype, shape: shape.toSpliced(axis, 1) };
      stateType(node, count + at, element, body.inputs[count + at]!, element);
    }
    const outputAxes = node.ints('scan_output_axes');
    const scans = outputs.slice(count).map(({ dtype, shape }, at) => {
      const axis = node.axis(outputAxes?.[at] ?? 0, shape.length + 1);
      return { dtype, shape: shape.toSpliced(axis, 0, length!) };
    });
    return [...states, ...scans];
  },
};

/**
 * Whether a Loop may stop before its number of iterations: not if the condition is true, or passed through unchanged.
 */
function endsEarly(body: Graph, condition: Value | undefined): boolean {
  const isTrue = (value: Value) => propagatedNumbers(value)?.[0] === 1;
  let next: Value | undefined = [...body.outputs.values()][0];
  while (next?.kind === 'node' && next.node.op === 'Identity') next = next.node.inputs[0] ?? undefined;
  const stays = next !== undefined && (next === body.inputs[1] || isTrue(next));
  return !stays || !(condition === undefined || isTrue(condition));
}
