import { groupsByParameter, type OptimizerSpec, sizeOf } from '@forge-ml/core/plugin';
import { formulas } from '@forge-ml/kernels';
import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { sumSlot } from '../optimizers/accumulate.js';
import { averageOf, averageShare } from '../optimizers/parameter-average.js';
import type { RateRequest, UpdateSchedule } from '../optimizers/update-schedule.js';
import type { LossScale } from './loss-scale.js';
import { fitsOneMemory } from './memory-size.js';
import type { StateValue } from './state-value.js';
import { gradientName, type PlannedParameter, type UpdateNumbers, type UpdatePlan } from './update-plan.js';

/** An update by kernels, after the graph has computed the gradients: in one pass over the state. */
export interface KernelUpdate {
  readonly plan: UpdatePlan;
  /** As in `Updates`. */
  readonly slots: ReadonlyMap<string, StateValue>;
  readonly averages: ReadonlyMap<string, ParameterValue>;
  /** What the update of a step depends on. */
  numbersAt(request: RateRequest): UpdateNumbers;
}

export interface KernelUpdateRequest {
  readonly optimizer: OptimizerSpec;
  readonly parameters: readonly ParameterValue[];
  /** One for each parameter, in their order; null where the loss does not depend on it. */
  readonly gradients: readonly (Value | null)[];
  /** Names of frozen parameters, which a parameter group may have too. */
  readonly frozen: readonly string[];
  /** The decay of moving averages of the parameters. Default: none. */
  readonly ema: number | undefined;
  readonly schedule: UpdateSchedule;
  /** What the gradients were multiplied by. Default: nothing. */
  readonly lossScale: LossScale | undefined;
}

/**
 * Whether kernels can make the update: they compute in float32, and read and write one memory of 4 GiB, which must have all
 * that belongs to a parameter.
 */
export function fitsKernels(request: Pick<KernelUpdateRequest, 'optimizer' | 'parameters' | 'ema'>): boolean {
  const { optimizer, parameters, ema } = request;
  const sums = (optimizer.accumulate ?? 1) > 1 ? 1 : 0;
  const tensors = 1 + Object.keys(optimizer.slots).length + sums + (ema === undefined ? 0 : 1);
  return parameters.every(({ dtype, initial: { shape } }) => {
    return dtype === 'float32' && fitsOneMemory(4 * sizeOf(shape), tensors);
  });
}

/** @throws ForgeError MODEL_INVALID for parameter groups that do not fit */
export function kernelUpdate(request: KernelUpdateRequest): KernelUpdate {
  const { optimizer, parameters, gradients, frozen, ema, schedule, lossScale } = request;
  const { accumulate: batches = 1, clipValue, clipNorm } = optimizer;
  const groupOf = groupsByParameter(optimizer, [...parameters.map(({ name }) => name), ...frozen]);
  const groups = [...new Set(parameters.map(({ name }) => groupOf.get(name)))];
  const formula = formulas[optimizer.formula];
  const averages = new Map(ema === undefined ? [] : parameters.map((value) => [value.name, averageOf(value)]));
  const planned = parameters.map(({ name }, index): PlannedParameter => {
    return {
      name,
      gradient: gradients[index] === null ? undefined : gradientName(name),
      slots: formula.slots.map((slot) => `${name}/${slot}`),
      sum: batches === 1 ? undefined : `${name}/${sumSlot}`,
      average: averages.get(name)?.name,
      constants: groups.indexOf(groupOf.get(name)),
    };
  });
  const decays = parameters.map(({ name }) => optimizer.decay?.(name));
  const { fixed, perStep } = optimizer.constants;
  return {
    plan: { formula: optimizer.formula, parameters: planned, batches, clipValue, clipNorm },
    slots: slotsOf(optimizer, parameters, batches > 1),
    averages,
    numbersAt(request) {
      const earlier = schedule.updatesBefore(request.step);
      const rates = groups.map((group) => schedule.rate(request, group));
      const rateOf = (index: number) => rates[planned[index]!.constants]!;
      return {
        due: schedule.isDue(request.step),
        lossScale: lossScale?.scale,
        constants: rates.map((rate) => formula.constants.map((name) => fixed[name] ?? perStep[name]!(earlier, rate))),
        decays: decays.map((decay, index) => decay?.(earlier, rateOf(index))),
        averageShare: ema === undefined ? undefined : averageShare(ema, earlier),
      };
    },
  };
}

/** By name, in the order of `buildUpdates`. */
function slotsOf({ slots }: OptimizerSpec, parameters: readonly ParameterValue[], sums: boolean) {
  const of = ({ name, dtype, initial: { shape } }: ParameterValue, slot: string, initial: number): StateValue => {
    return { name: `${name}/${slot}`, dtype, shape, initial };
  };
  const own = (value: ParameterValue) => Object.entries(slots).map(([slot, initial]) => of(value, slot, initial));
  const all = [...(sums ? parameters.map((value) => of(value, sumSlot, 0)) : []), ...parameters.flatMap(own)];
  return new Map(all.map((slot) => [slot.name, slot]));
}
