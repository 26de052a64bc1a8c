import { ints } from '../../graph/ir/attributes.js';
import type { Graph, Node } from '../../graph/ir/graph.js';
import { graphAttributeOf, intAttribute, intsAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange } from '../../graph/ir/shapes.js';
import { statesBefore } from '../adjoints/loop-states.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { capturedBy } from '../adjoints/operands.js';
import { reverseScan } from '../adjoints/reverse-scan.js';
import type { Gradient, GradientRule, GradientRules } from '../adjoints/rule.js';

const scanRule: GradientRule = (node, gradients, { wanted, pullback }) => {
  const body = graphAttributeOf(node, 'body');
  const scanned = intAttribute(node, 'num_scan_inputs', 0);
  const count = node.inputs.length - scanned;
  rejectOtherAxes(node);
  const inputDirections = intsAttribute(node, 'scan_input_directions') ?? [];
  const outputDirections = intsAttribute(node, 'scan_output_directions') ?? [];
  const collectedCount = body.outputs.size - count;
  const before = statesBefore(node, {
    body,
    count,
    firstInput: 0,
    firstBodyInput: 0,
    firstBodyOutput: 0,
    lastFirst: (at) => outputDirections[at] === 1,
    attributesWith: (_body: Graph, more: number) => ({
      ...node.attributes,
      scan_output_directions: ints([
        ...indexRange(0, collectedCount).map((at) => outputDirections[at] ?? 0),
        ...Array<number>(more).fill(0),
      ]),
    }),
  });
  const floating = indexRange(0, count).filter((at) => /float/.test(node.inputs[at]!.dtype));
  const elements = indexRange(count, node.inputs.length).filter((at) => wanted[at]);
  const captured = capturedBy(node);
  const wantedCaptured = captured.filter((_, at) => wanted[node.inputs.length + at]);
  const result = reverseScan(
    {
      body,
      inputs: [
        ...before,
        ...node.inputs.slice(count).map((value, at) => ({ value: value!, lastFirst: inputDirections[at] === 1 })),
      ],
      states: floating.map((at) => ({
        input: at,
        output: at,
        final: node.outputs[at]!,
        gradient: gradients[at] ?? null,
      })),
      collected: indexRange(count, node.outputs.length).flatMap((output) => {
        const value = gradients[output];
        return value ? [{ output, gradient: { value, lastFirst: outputDirections[output - count] === 1 } }] : [];
      }),
      elements,
      captured: wantedCaptured,
    },
    pullback,
  );
  return [
    ...node.inputs.map((_, at): Gradient => {
      if (at < count) return result.states[floating.indexOf(at)] ?? null;
      return result.elements[elements.indexOf(at)] ?? null;
    }),
    ...captured.map((value): Gradient => result.captured[wantedCaptured.indexOf(value)] ?? null),
  ];
};

function rejectOtherAxes(node: Node): void {
  const axes = [...(intsAttribute(node, 'scan_input_axes') ?? []), ...(intsAttribute(node, 'scan_output_axes') ?? [])];
  if (axes.every((axis) => axis === 0)) return;
  throw notDifferentiable(node, 'it scans along an axis other than the first', 'Transpose its sequences instead.');
}

export const scanRules: GradientRules = { Scan: scanRule };
