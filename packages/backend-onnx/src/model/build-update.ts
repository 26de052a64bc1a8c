import { invalidModel, PlateauState, placeOfUpdate, requireMetric } from '@forge-ml/core/plugin';
import { type DefinedGradient, gradientsOf } from '@forge-ml/onnx';
import type { ParameterValue } from '@forge-ml/onnx/graph';
import { buildUpdates, type Updates } from '../optimizers/build-updates.js';
import type { StepScalars } from '../optimizers/per-step.js';
import { UpdateSchedule } from '../optimizers/update-schedule.js';
import type { DeclaredUpdate } from './declared-updates.js';
import type { Trace } from './trace.js';

/** The parts of a training step that belong to one of its updates. */
export interface BuiltUpdate extends Updates {
  readonly name: string | undefined;
  readonly parameters: readonly ParameterValue[];
  /** A trace for training, with its loss alone. */
  readonly trace: Trace;
  readonly schedule: UpdateSchedule;
  readonly plateau: PlateauState | undefined;
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
}

/** @throws ForgeError MODEL_INVALID if there is nothing to train, or its optimizer does not fit the model */
export function buildUpdate(declared: DeclaredUpdate, parts: UpdateParts): BuiltUpdate {
  const { name, optimizer, every } = declared;
  const { parameters, frozen, trace, scalars, ema } = parts;
  if (parameters.length === 0) throw allFrozen(declared);
  const gradients = gradientsOf(trace.losses[0]!, parameters, parts.rules);
  const unused = parameters.filter((_, index) => gradients[index] === null).map((value) => value.name);
  if (unused.length === parameters.length) throw noGradient(declared, unused);
  if (optimizer.plateau !== undefined) requireMetric(optimizer.plateau, parts.stats);
  const plateau = optimizer.plateau && new PlateauState(optimizer.plateau, name);
  const schedule = new UpdateSchedule(optimizer, { every, scale: () => plateau?.scale ?? 1 });
  const updates = buildUpdates({ optimizer, parameters, gradients, frozen, ema, schedule, stepScalars: scalars });
  return { name, parameters, trace, schedule, plateau, unused, ...updates };
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
