import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  lion,
  momentum,
  nesterov,
  type OptimizerSpec,
  rmsprop,
  sgd,
} from '@forge-ml/core/plugin';
import { formulas } from '@forge-ml/kernels';
import type { NodeValue, Value } from '@forge-ml/onnx/graph';
import { input, parameter } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { buildUpdates } from './build-updates.js';
import { StepScalars } from './per-step.js';
import { UpdateSchedule } from './update-schedule.js';

const all = {
  sgd: sgd(1),
  momentum: momentum(1),
  nesterov: nesterov(1),
  adam: adam(1),
  adamw: adamw(1),
  adamax: adamax(1),
  adagrad: adagrad(1),
  adadelta: adadelta(1),
  rmsprop: rmsprop(1),
  'rmsprop with momentum': rmsprop(1, { momentum: 0.5 }),
  lion: lion(1),
};

/** How often each operator is in the graph of the update of one parameter. */
function operators(optimizer: OptimizerSpec): Record<string, number> {
  const array = { dtype: 'float32', shape: [2], bytes: new Uint8Array(8) } as const;
  const { next } = buildUpdates({
    optimizer,
    parameters: [parameter('w', array)],
    gradients: [input('g', 'float32', [2])],
    schedule: new UpdateSchedule(optimizer),
    stepScalars: new StepScalars(),
  });
  const nodes = new Set<NodeValue['node']>();
  const visit = (value: Value | null): void => {
    if (value?.kind !== 'node' || nodes.has(value.node)) return;
    nodes.add(value.node);
    value.node.inputs.forEach(visit);
  };
  for (const value of next.values()) visit(value);
  const counts: Record<string, number> = {};
  for (const { op } of nodes) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

describe('the formula of an optimizer', () => {
  for (const [name, { formula, slots, constants }] of Object.entries(all)) {
    it(`has the slots and constants of ${name}, by their names`, () => {
      const given = [...Object.keys(constants.fixed), ...Object.keys(constants.perStep)];
      expect(given).to.have.members(formulas[formula].constants);
      expect(Object.keys(slots)).to.deep.equal(formulas[formula].slots);
    });
  }

  it('is one that an optimizer has', () => {
    expect(new Set(Object.values(all).map(({ formula }) => formula))).to.deep.equal(new Set(Object.keys(formulas)));
  });

  it('reads from the step only what changes with it', () => {
    expect(operators(adam(0.1))).to.deep.equal({ Gather: 2, Mul: 6, Add: 3, Sqrt: 1, Div: 1, Sub: 1 });
    expect(operators(sgd(0.1))).to.deep.equal({ Gather: 1, Mul: 1, Sub: 1 });
  });

  it('has no node for a decay of nothing, nor for no momentum', () => {
    const plain = operators(adam(0.1));
    expect(operators(adamw(0.1, { weightDecay: 0 }))).to.deep.equal(plain);
    expect(operators(adamw(0.1, { decays: () => false }))).to.deep.equal(plain);
    expect(operators(adamw(0.1))).to.deep.equal({ ...plain, Gather: 3, Mul: 7 });
    const rms = operators(rmsprop(0.1));
    expect(operators(rmsprop(0.1, { momentum: 0.5 }))).to.deep.equal({ ...rms, Mul: rms.Mul! + 1, Add: rms.Add! + 1 });
  });
});
