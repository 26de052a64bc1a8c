import { graphAttribute } from '../../graph/ir/attributes.js';
import { graphAttributeOf } from '../../graph/ir/read-attributes.js';
import { indexRange } from '../../graph/ir/shapes.js';
import { constant } from '../../graph/ir/values.js';
import { expand, range, squeeze } from '../../ops/shape.js';
import { tensor } from '../../tensor/tensor.js';
import { statesBefore } from '../adjoints/loop-states.js';
import { capturedBy } from '../adjoints/operands.js';
import { reverseScan } from '../adjoints/reverse-scan.js';
import type { Gradient, GradientRule, GradientRules } from '../adjoints/rule.js';
import { sizeAlong } from '../adjoints/shapes.js';

/**
 * Before the states, a Loop's inputs are the trip count and a condition, those of its body the iteration number and the
 * condition.
 */
const lead = 2;

/** A Scan walks the iterations back, as many as there are collected states. */
const loopRule: GradientRule = (node, gradients, { wanted, pullback }) => {
  const body = graphAttributeOf(node, 'body');
  const count = node.inputs.length - lead;
  const before = statesBefore(node, {
    body,
    count,
    firstInput: lead,
    firstBodyInput: lead,
    firstBodyOutput: 1,
    lastFirst: () => false,
    attributesWith: (longer) => ({ ...node.attributes, body: graphAttribute(longer) }),
  });
  const iterations = sizeAlong(before[0]?.value ?? node.outputs[count]!, 0);
  const floating = indexRange(0, count).filter((at) => /float/.test(node.inputs[lead + at]!.dtype));
  const captured = capturedBy(node);
  const wantedCaptured = captured.filter((_, at) => wanted[node.inputs.length + at]);
  const isTrue = constant(tensor(new Uint8Array([1]), [1], 'bool'));
  const result = reverseScan(
    {
      body,
      inputs: [
        { value: range(0, squeeze(iterations, [0])), lastFirst: false },
        { value: expand(isTrue, iterations), lastFirst: false },
        ...before,
      ],
      states: floating.map((at) => ({
        input: lead + at,
        output: 1 + at,
        final: node.outputs[at]!,
        gradient: gradients[at] ?? null,
      })),
      collected: indexRange(count, node.outputs.length).flatMap((at) => {
        const value = gradients[at];
        return value ? [{ output: 1 + at, gradient: { value, lastFirst: false } }] : [];
      }),
      elements: [],
      captured: wantedCaptured,
    },
    pullback,
  );
  return [
    null,
    null,
    ...indexRange(0, count).map((at): Gradient => result.states[floating.indexOf(at)] ?? null),
    ...captured.map((value): Gradient => result.captured[wantedCaptured.indexOf(value)] ?? null),
  ];
};

export const loopRules: GradientRules = { Loop: loopRule };
