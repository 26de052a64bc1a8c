import { ForgeError, groupsByParameter, type PerStep, sizeOf, type TensorData, tensor } from '@forge-ml/core/plugin';
import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { parameter } from '@forge-ml/onnx/graph';
import { add, cast, mul } from '@forge-ml/onnx/ops';
import { sumSlot, whenDue } from './accumulate.js';
import { clipGradients, type Gradients } from './clip-gradients.js';
import { formulaUpdate } from './formula-update.js';
import type { Optimizer } from './optimizer.js';
import { averageOf, nextAverage } from './parameter-average.js';
import { OptimizerScalars, type StepScalars } from './per-step.js';
import { areFinite, whenFinite } from './skip-update.js';
import type { UpdateSchedule } from './update-schedule.js';

/** The optimizer's part of a training graph. */
export interface Updates {
  /** Each slot by its name, `<parameter>/<slot>`. */
  readonly slots: ReadonlyMap<string, ParameterValue>;
  /** The gradients before clipping, in the order of the parameters; with accumulation, the means of the update. */
  readonly gradients: Gradients;
  /** The moving average of each parameter, by the parameter's name; empty without `ema`. */
  readonly averages: ReadonlyMap<string, ParameterValue>;
  /** The values of parameters, slots and averages after the step; none for those that the loss does not depend on. */
  readonly next: ReadonlyMap<ParameterValue, Value>;
  /** bool: whether the gradients are finite, with `skips`: otherwise the update changes nothing. */
  readonly finite?: Value | undefined;
}

export interface UpdatesRequest {
  readonly optimizer: Optimizer;
  readonly parameters: readonly ParameterValue[];
  /** One for each parameter, in their order; null where the loss does not depend on it. */
  readonly gradients: Gradients;
  /** Names of frozen parameters, which a parameter group may have too. */
  readonly frozen?: readonly string[];
  /** The decay of moving averages of the parameters. Default: none. */
  readonly ema?: number | undefined;
  readonly schedule: UpdateSchedule;
  /** Whether an update by gradients that are not finite is skipped. Default: no. */
  readonly skips?: boolean;
  /** To add those that the optimizer reads. */
  readonly stepScalars: StepScalars;
}

export function buildUpdates(request: UpdatesRequest): Updates {
  const { optimizer, parameters, gradients, frozen = [], ema, schedule, skips = false, stepScalars } = request;
  const { accumulate: batches = 1 } = optimizer;
  const groupOf = groupsByParameter(optimizer, [...parameters.map(({ name }) => name), ...frozen]);
  const scalars = new OptimizerScalars(stepScalars, schedule);
  const slots = new Map<string, ParameterValue>();
  const slotOf = (value: ParameterValue, slot: string, initial: number): ParameterValue => {
    const made = parameter(`${value.name}/${slot}`, filled(value, initial), { trainable: false });
    slots.set(made.name, made);
    return made;
  };
  const next = new Map<ParameterValue, Value>();
  const sums = new Map<ParameterValue, Value>();
  const means = gradients.map((gradient, index) => {
    if (batches === 1) return gradient;
    const slot = slotOf(parameters[index]!, sumSlot, 0);
    if (gradient === null) return null;
    const sum = add(slot, gradient);
    sums.set(slot, sum);
    return mul(sum, 1 / batches);
  });
  const clipped = clipGradients(means, optimizer);
  for (const [index, value] of parameters.entries()) {
    const { name, dtype } = value;
    const own: Record<string, ParameterValue> = {};
    for (const [slot, initial] of Object.entries(optimizer.slots)) own[slot] = slotOf(value, slot, initial);
    const gradient = clipped[index];
    if (!gradient) continue;
    const perStep = (key: string | PerStep, of: PerStep) => cast(scalars.get(key, of, groupOf.get(name)), dtype);
    const values = { name, parameter: value, gradient, slots: own };
    const update =
      'update' in optimizer
        ? optimizer.update({ ...values, rate: perStep('rate', (_, rate) => rate), perStep })
        : formulaUpdate(optimizer, { ...values, scalarOf: (of) => perStep(of, of) });
    next.set(value, update.parameter);
    for (const slot of Object.keys(own)) {
      const value = update.slots[slot];
      if (value === undefined) throw noSlot(optimizer, slot);
      next.set(own[slot]!, value);
    }
  }
  const averages = new Map<string, ParameterValue>();
  if (ema !== undefined) {
    for (const value of parameters) {
      const average = averageOf(value);
      averages.set(value.name, average);
      next.set(average, nextAverage(average, next.get(value) ?? value, ema, scalars));
    }
  }
  const finite = skips ? areFinite(means) : undefined;
  const made = finite === undefined ? next : whenFinite(finite, next);
  const due = batches === 1 ? made : whenDue(scalars.isDue(), made, sums);
  return { slots, gradients: means, averages, next: due, finite };
}

function filled({ dtype, initial }: ParameterValue, value: number): TensorData {
  const size = sizeOf(initial.shape);
  const array = dtype === 'float64' ? new Float64Array(size) : new Float32Array(size);
  return tensor(array.fill(value), initial.shape);
}

function noSlot({ name }: Optimizer, slot: string): ForgeError {
  return new ForgeError('MODEL_INVALID', `The update of the optimizer ${name} returns no value for its slot ${slot}.`, {
    about: name,
    hint: 'Return { parameter, slots } with every slot the optimizer names.',
  });
}
