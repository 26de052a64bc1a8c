import { invalidModel, isOptimizerSpec, PlateauState, placeOfUpdate, requireMetric } from '@forge-ml/core/plugin';
import { type ChooseSegments, type DefinedGradient, gradientsOf, recomputedGradients } from '@forge-ml/onnx';
import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { cast, mul } from '@forge-ml/onnx/ops';
import { buildUpdates, type Updates } from '../optimizers/build-updates.js';
import type { StepScalars } from '../optimizers/per-step.js';
import { UpdateSchedule } from '../optimizers/update-schedule.js';
import type { DeclaredUpdate } from './declared-updates.js';
import { fitsKernels, type KernelUpdate, kernelUpdate } from './kernel-update.js';
import { LossScale, type LossScaleSettings } from './loss-scale.js';
import { type StateValue, stateValue } from './state-value.js';
import type { Trace } from './trace.js';

/** The parts of a training step that belong to one of its updates. */
export interface BuiltUpdate extends Omit<Updates, 'slots'> {
  readonly slots: ReadonlyMap<string, StateValue>;
  /** Where kernels make it: then `next` is empty. */
  readonly kernelUpdate: KernelUpdate | undefined;
  readonly name: string | undefined;
  readonly parameters: readonly ParameterValue[];
  /** A trace for training, with its loss alone. */
  readonly trace: Trace;
  readonly schedule: UpdateSchedule;
  readonly plateau: PlateauState | undefined;
  readonly lossScale: LossScale | undefined;
  /** Names of the parameters that its loss does not depend on. */
  readonly unused: readonly string[];
}

export interface UpdateParts {
  /** The parameters that it trains. */
  readonly parameters: readonly ParameterValue[];
  /** Names of its frozen parameters. */
  readonly frozen: readonly string[];
  readonly trace: Trace;
  /** Names of the numbers that an evaluation reports. */
  readonly stats: Iterable<string>;
  readonly scalars: StepScalars;
  readonly ema: number | undefined;
  readonly rules: readonly DefinedGradient[] | undefined;
  /** Which nodes are computed again in the backward pass. Default: none. */
  readonly recompute: ChooseSegments | undefined;
  /** How the loss is scaled. Default: it is not. */
  readonly lossScale: LossScaleSettings | undefined;
  /** Whether kernels may make the update, after the graph. */
  readonly kernels: boolean;
}

/** @throws ForgeError MODEL_INVALID if there is nothing to train, or its optimizer does not fit the model */
export function buildUpdate(declared: DeclaredUpdate, parts: UpdateParts): BuiltUpdate {
  const { name, optimizer, every } = declared;
  const { parameters, frozen, scalars, ema } = parts;
  if (parameters.length === 0) throw allFrozen(declared);
  const lossScale = parts.lossScale && new LossScale(parts.lossScale, name);
  const { trace, gradients } = differentiated(parts, lossScale && scalars.add(() => lossScale.scale));
  const unused = parameters.filter((_, index) => gradients[index] === null).map((value) => value.name);
  if (unused.length === parameters.length) throw noGradient(declared, unused);
  if (optimizer.plateau !== undefined) requireMetric(optimizer.plateau, parts.stats);
  const plateau = optimizer.plateau && new PlateauState(optimizer.plateau, name);
  const schedule = new UpdateSchedule(optimizer, {
    ...{ every, scale: () => plateau?.scale ?? 1, skipped: () => lossScale?.skipped ?? 0 },
  });
  const built = { name, parameters, trace, schedule, plateau, lossScale, unused };
  if (parts.kernels && isOptimizerSpec(optimizer) && fitsKernels({ optimizer, parameters, ema })) {
    const made = kernelUpdate({ optimizer, parameters, gradients, frozen, ema, schedule, lossScale });
    const { slots, averages } = made;
    return { ...built, slots, gradients, averages, next: new Map(), kernelUpdate: made };
  }
  const inverse = lossScale && scalars.add(() => 1 / lossScale.scale);
  const updates = buildUpdates({
    ...{ optimizer, parameters, frozen, ema, schedule, stepScalars: scalars, skips: lossScale !== undefined },
    gradients: inverse ? gradients.map((value) => value && mul(value, cast(inverse, value.dtype))) : gradients,
  });
  const slots = new Map(Array.from(updates.slots, ([slot, value]) => [slot, stateValue(value)]));
  return { ...built, ...updates, slots, kernelUpdate: undefined };
}

/**
 * The gradients of the loss, and the trace that belongs to them.
 * @param scale what the loss is multiplied by, if anything
 */
function differentiated({ trace, parameters: wrt, rules, recompute }: UpdateParts, scale: Value | undefined) {
  const own = trace.losses[0]!;
  const loss = scale === undefined ? own : mul(own, cast(scale, own.dtype));
  if (recompute === undefined) return { trace, gradients: gradientsOf(loss, wrt, rules) };
  const { outputs, stats, updates } = trace;
  const others = [own, ...outputs.values(), ...stats.values(), ...updates.values()];
  const made = recomputedGradients({ loss, wrt, others, segments: recompute, rules });
  const rest = [...made.others];
  const renewed = <Key>(map: ReadonlyMap<Key, Value>) => new Map([...map.keys()].map((key) => [key, rest.shift()!]));
  const now = { ...trace, losses: [rest.shift()!], outputs: renewed(outputs), stats: renewed(stats) };
  return { trace: { ...now, updates: renewed(updates) }, gradients: made.gradients };
}

function allFrozen({ name }: DeclaredUpdate) {
  return invalidModel(`All parameters of the update ${name} are frozen.`, 'Freeze fewer, or omit the update.');
}

function noGradient(declared: DeclaredUpdate, unused: readonly string[]) {
  const of = declared.name === undefined ? "the model's trainable" : 'its';
  const loss = declared.name === undefined ? 'The loss' : placeOfUpdate(declared, 'loss');
  return invalidModel(
    `${loss} depends on none of ${of} parameters: ${unused.join(', ')}.`,
    'Compute it from the outputs with operators that have gradients (argMax and comparisons have none).',
  );
}
