import { ints } from '../ir/attributes.js';
import type { Node, Value } from '../ir/graph.js';
import { call } from '../make-node.js';
import { propagatedDims, propagatedNumbers } from '../propagate/known-values.js';

/** A simpler value that is bit-identical to a node's only output; undefined where there is none. */
export function simplified(node: Node): Value | undefined {
  const [output] = node.outputs;
  const [x] = node.inputs;
  if (node.domain !== '' || node.outputs.length !== 1 || !output || !x || !Object.hasOwn(rules, node.op))
    return undefined;
  return rules[node.op]!(x, node, output);
}

type Simplification = (x: Value, node: Node, output: Value) => Value | undefined;

const ifSameType: Simplification = (x, _node, output) => (isSameType(x, output) ? x : undefined);

/** x where the other operand is `number`. */
function neutral(number: number): Simplification {
  return (x, node, output) => {
    const other = node.inputs[1];
    if (!other || !isSameType(x, output)) return undefined;
    const numbers = propagatedDims(other);
    return numbers?.every((element) => Object.is(element, number)) ? x : undefined;
  };
}

const rules: Readonly<Record<string, Simplification>> = {
  Identity: (x) => x,
  Cast: (x, node, output) => ifSameType(x, node, output) ?? backToHalf(x, output),
  CastLike: ifSameType,
  Reshape: ifSameType,
  Flatten: ifSameType,
  Squeeze: ifSameType,
  Unsqueeze: ifSameType,
  Expand: ifSameType,
  Concat: (x, node) => (node.inputs.length === 1 ? x : undefined),
  Split: ifSameType,
  Mul: (x, node, output) => neutral(1)(x, node, output) ?? swapped(neutral(1), node, output),
  Div: neutral(1),
  Sub: neutral(0),

  Slice(x, node, output) {
    const steps = node.inputs[4];
    const forwards = !steps || propagatedNumbers(steps)?.every((step) => step === 1);
    return forwards && isSameType(x, output) ? x : undefined;
  },

  Pad(x, node) {
    const pads = node.inputs[1];
    return pads && propagatedNumbers(pads)?.every((pad) => pad === 0) ? x : undefined;
  },

  Transpose(x, node) {
    const order = orderOf(node);
    if (order.every((axis, at) => axis === at)) return x;
    if (x.kind !== 'node' || x.node.op !== 'Transpose' || x.node.domain !== '') return undefined;
    const [source] = x.node.inputs;
    const inner = orderOf(x.node);
    const both = order.map((axis) => inner[axis]!);
    if (both.every((axis, at) => axis === at)) return source ?? undefined;
    return source ? call('Transpose', [source], { perm: ints(both) }) : undefined;
  },
};

/** What was widened to float32, which loses nothing, and is cast back. */
function backToHalf(x: Value, output: Value): Value | undefined {
  if (x.kind !== 'node' || x.node.op !== 'Cast' || x.node.domain !== '' || x.dtype !== 'float32') return undefined;
  const [source] = x.node.inputs;
  return source && /^b?float16$/.test(source.dtype) && isSameType(source, output) ? source : undefined;
}

function swapped(rule: Simplification, node: Node, output: Value): Value | undefined {
  const [a, b] = node.inputs;
  return a && b ? rule(b, { ...node, inputs: [b, a] }, output) : undefined;
}

function orderOf(node: Node): readonly number[] {
  const { perm } = node.attributes;
  const rank = node.outputs[0]!.shape.length;
  return perm?.type === 'ints' ? perm.value : Array.from({ length: rank }, (_, at) => rank - 1 - at);
}

function isSameType(a: Value, b: Value): boolean {
  return (
    a.dtype === b.dtype && a.shape.length === b.shape.length && a.shape.every((dim, axis) => dim === b.shape[axis])
  );
}
