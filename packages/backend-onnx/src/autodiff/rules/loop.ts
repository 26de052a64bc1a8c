import { tensor } from '@forge-ml/core/plugin';
import { graphAttribute } from '../../graph/attributes.js';
import { constant } from '../../graph/constants.js';
import { expand, range as rangeAtRunTime, squeeze } from '../../ops/shape.js';
import { graphAttributeOf } from '../node-attributes.js';
import { capturedBy } from '../operands.js';
import { reverseScan } from '../reverse-scan.js';
import type { Gradient, GradientRule, GradientRules } from '../rule.js';
import { range, sizeAlong } from '../shapes.js';
import { statesBefore } from '../states-of-turns.js';

/** Before the states, a Loop's node takes the number of turns and a condition, its body the turn and the condition. */
const lead = 2;

/** The turns that were made, as many as there are collected states, are walked back by a Scan. */
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
  const turns = sizeAlong(before[0]?.value ?? node.outputs[count]!, 0);
  const floating = range(0, count).filter((at) => /float/.test(node.inputs[lead + at]!.dtype));
  const captured = capturedBy(node);
  const wantedCaptured = captured.filter((_, at) => wanted[node.inputs.length + at]);
  const isTrue = constant(tensor(new Uint8Array([1]), [1], 'bool'));
  const result = reverseScan(
    {
      body,
      inputs: [
        { value: rangeAtRunTime(0, squeeze(turns, [0])), lastFirst: false },
        { value: expand(isTrue, turns), lastFirst: false },
        ...before,
      ],
      states: floating.map((at) => ({
        input: lead + at,
        output: 1 + at,
        final: node.outputs[at]!,
        gradient: gradients[at] ?? null,
      })),
      collected: range(count, node.outputs.length).flatMap((at) => {
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
    ...range(0, count).map((at): Gradient => result.states[floating.indexOf(at)] ?? null),
    ...captured.map((value): Gradient => result.captured[wantedCaptured.indexOf(value)] ?? null),
  ];
};

export const loopRules: GradientRules = { Loop: loopRule };
