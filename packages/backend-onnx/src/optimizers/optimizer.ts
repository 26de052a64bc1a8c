import { requireCount, requirePositive, type Schedule, toSchedule } from '@forge-ml/core/plugin';
import type { Value } from '../graph/graph.js';
import { isPlateau, type Plateau } from './plateau.js';

/** A learning rate: a number, a function of the number of updates done before, or one that follows a metric too. */
export type Rate = number | Schedule | Plateau;

/** What one parameter's update is computed from, as values of the training graph. */
export interface UpdateRequest<Slot extends string = string> {
  /** The parameter's name. */
  readonly name: string;
  readonly parameter: Value;
  /** ∂loss/∂parameter, clipped where clipping is asked for. */
  readonly gradient: Value;
  /** What the optimizer remembers about this parameter, each of the parameter's shape. */
  readonly slots: Readonly<Record<Slot, Value>>;
  /** The learning rate of this step, a scalar. */
  readonly rate: Value;
  /**
   * A scalar that differs from step to step, computed in JavaScript's doubles: bias corrections and the like. Asked
   * for under one name, it is computed once for all parameters.
   * @param of the step is the number of updates done before: 0 at the first.
   */
  perStep(name: string, of: (step: number, rate: number) => number): Value;
}

export interface Update<Slot extends string = string> {
  readonly parameter: Value;
  readonly slots: Readonly<Record<Slot, Value>>;
}

/**
 * An optimizer as a value: it keeps nothing itself. What it remembers lies in slots that the session owns, saves and
 * restores by parameter name; what depends on the step comes in at run time, so one graph serves every step and a
 * resumed run computes the same bits. A plain object of this shape is as good as ours.
 */
export interface Optimizer<Slot extends string = string> {
  readonly name: string;
  readonly rate: Schedule;
  /** What the rate is multiplied by, following a metric; see `plateau`. */
  readonly plateau?: Plateau | undefined;
  /** Gradients of so many batches are averaged for one update; 1 where left out. */
  readonly accumulate?: number | undefined;
  /** Each slot's name and the value it is filled with before the first update. */
  readonly slots: Readonly<Record<Slot, number>>;
  /** Gradient elements are first limited to [-clipValue, clipValue]. */
  readonly clipValue?: number | undefined;
  /** Then all gradients are scaled so that their joint Euclidean norm is at most this. */
  readonly clipNorm?: number | undefined;
  /** Builds the update of one parameter, once for each when the training graph is made. */
  update(request: UpdateRequest<Slot>): Update<Slot>;
}

/** Options every optimizer takes. */
export interface OptimizerOptions {
  readonly clipValue?: number;
  readonly clipNorm?: number;
  /**
   * An update after every so many batches, by the mean of their gradients: what one batch of that many times the size
   * would give, in the memory of a small one. Schedules and bias corrections count updates; clipping is of the mean.
   */
  readonly accumulate?: number;
}

/**
 * @throws ForgeError MODEL_INVALID for a rate, a limit or a number of batches that cannot be one.
 */
export function makeOptimizer<Slot extends string>(
  name: string,
  rate: Rate,
  options: OptimizerOptions,
  slots: Readonly<Record<Slot, number>>,
  update: (request: UpdateRequest<Slot>) => Update<Slot>,
): Optimizer<Slot> {
  const { clipValue, clipNorm, accumulate } = options;
  if (clipValue !== undefined) requirePositive(name, 'clipValue', clipValue);
  if (clipNorm !== undefined) requirePositive(name, 'clipNorm', clipNorm);
  if (accumulate !== undefined) requireCount(name, 'accumulate', accumulate);
  const watching = isPlateau(rate) ? { rate: rate.schedule, plateau: rate } : { rate: toSchedule(name, rate) };
  return { name, ...watching, slots, clipValue, clipNorm, accumulate, update };
}
