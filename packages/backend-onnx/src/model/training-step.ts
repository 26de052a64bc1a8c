import { numberOfLoss } from '@forge-ml/core/plugin';
import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { rebuildValues, scalar } from '@forge-ml/onnx/graph';
import { cast, ifThenElse } from '@forge-ml/onnx/ops';
import type { StepScalars } from '../optimizers/per-step.js';
import type { BuiltUpdate } from './build-update.js';
import { lossNumbers, statName } from './loss-numbers.js';

/** The values of one training step. */
export interface TrainingStep {
  /** The loss as `loss`, each stat as `stats/<name>`. */
  readonly numbers: ReadonlyMap<string, Value>;
  /** What `predict` returned, by name. */
  readonly outputs: ReadonlyMap<string, Value>;
  /** The state after the step. */
  readonly state: ReadonlyMap<ParameterValue, Value>;
  /** float32: whether the gradients of an update are finite, 1 or 0, by its index; those with a loss scale in the graph. */
  readonly finite: ReadonlyMap<number, Value>;
  /** For each parameter whose gradient is known, in the order of the updates. */
  readonly gradients: readonly ParameterChange[];
}

/** What an update does to a parameter. */
export interface ParameterChange {
  readonly parameter: ParameterValue;
  /** Before clipping; with accumulation, the mean of the update. */
  readonly gradient: Value;
  /** The parameter itself where kernels update it. */
  readonly next: Value;
}

/** The updates of a step, each with the parameters as those before it left them. */
export function trainingStep(updates: readonly BuiltUpdate[], scalars: StepScalars): TrainingStep {
  const state = new Map<ParameterValue, Value>();
  const losses = new Map<string, Value>();
  const changes: ParameterChange[] = [];
  const forwards: Forward[] = [];
  const finite = new Map<number, Value>();
  for (const [index, update] of updates.entries()) {
    const made = isMade(update, scalars);
    const { loss, next, finite: known } = resultsOf(update, made);
    const { stats, outputs } = update.trace;
    const gradients = update.gradients.flatMap((gradient, at) => {
      return gradient === null ? [] : [{ parameter: update.parameters[at]!, gradient }];
    });
    const report = [...stats.values(), ...outputs.values()];
    const rest = [...gradients.map(({ gradient }) => gradient), ...next.values()];
    const values = [loss, ...(known ? [known] : []), ...report, ...rest];
    const now = state.size === 0 ? values : rebuildValues(values, state);
    losses.set(numberOfLoss(update), now.shift()!);
    if (known) finite.set(index, now.shift()!);
    forwards.push({ made, values: now.splice(0, report.length) });
    const gradientsNow = now.splice(0, gradients.length);
    for (const [at, key] of [...next.keys()].entries()) state.set(key, now[at]!);
    for (const [at, { parameter }] of gradients.entries()) {
      changes.push({ parameter, gradient: gradientsNow[at]!, next: state.get(parameter) ?? parameter });
    }
  }
  const { stats, outputs } = updates[0]!.trace;
  const report = firstMade(forwards);
  return {
    numbers: new Map([
      ...lossNumbers(losses),
      ...[...stats.keys()].map((name, at) => [statName(name), report[at]!] as const),
    ]),
    outputs: new Map([...outputs.keys()].map((name, at) => [name, report[stats.size + at]!])),
    state,
    finite,
    gradients: changes,
  };
}

/** Stats and outputs of the forward pass of an update; `made` as in `isMade`. */
interface Forward {
  readonly made: Value | undefined;
  readonly values: readonly Value[];
}

/** bool: whether the update is made in this step; undefined if it always is. */
function isMade({ schedule }: BuiltUpdate, scalars: StepScalars): Value | undefined {
  return schedule.every === 1 ? undefined : scalars.addCondition((step) => schedule.isMade(step));
}

/** An update that is not made computes nothing: its loss is 0, and its state stays. */
function resultsOf({ trace, next: updated, finite }: BuiltUpdate, made: Value | undefined) {
  const loss = trace.losses[0]!;
  const next = new Map([...updated, ...trace.updates]);
  const known = finite && cast(finite, 'float32');
  if (made === undefined) return { loss, next, finite: known };
  const flags = known ? [known] : [];
  const after = [loss, ...flags, ...next.values()];
  const before = [scalar(0, loss.dtype), ...flags.map(() => scalar(1, 'float32')), ...next.keys()];
  const results = ifThenElse(made, after, before);
  const [first, ...rest] = results;
  const flag = known && rest.shift();
  return { loss: first!, next: new Map([...next.keys()].map((key, at) => [key, rest[at]!])), finite: flag };
}

/** Those of the first update that is made: at least one is made at every step. */
function firstMade(forwards: readonly Forward[]): readonly Value[] {
  const always = forwards.findIndex(({ made }) => made === undefined);
  return forwards.slice(0, always).reduceRight((later, { made, values }) => {
    return values.length === 0 ? values : ifThenElse(made!, values, later);
  }, forwards[always]!.values);
}
