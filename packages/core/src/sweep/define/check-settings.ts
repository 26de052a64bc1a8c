import { isObject } from '../../json/is-object.js';
import { shownValue } from '../../model/model-error.js';
import type { Method, Prune } from '../record/sweep-file.js';
import { sweepError } from '../space/sweep-error.js';

/** A whole number of something, from `least`. @throws ForgeError SWEEP_INVALID */
export function checkCount(name: string, value: unknown, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)) return;
  const message = `The ${name} of a sweep is a whole number from ${least}, not ${shownValue(value)}.`;
  throw sweepError(message, name, `For example: ${name}: ${Math.max(least, 3)}.`);
}

/** @throws ForgeError SWEEP_INVALID */
export function checkHours(hours: unknown): void {
  if (hours === undefined || (typeof hours === 'number' && Number.isFinite(hours) && hours > 0)) return;
  const message = `The hours of a sweep are a number above 0, not ${shownValue(hours)}.`;
  throw sweepError(message, 'hours', 'For example: hours: 1.5.');
}

/** @throws ForgeError SWEEP_INVALID */
export function checkMethod(method: unknown): asserts method is Method | undefined {
  if (method === undefined) return;
  if (isObject(method) && typeof method.name === 'string' && method.name !== '' && isObject(method.options)) return;
  const hint = "Write grid(), random(), sobol(), tpe(), or sampler('NAME', { … }) for one of a plugin.";
  throw sweepError(`The method of a sweep is not ${shownValue(method)}.`, 'method', hint);
}

/**
 * Reads which checkpoints are removed: `none`, `hopeless`, `best:5`.
 * @throws ForgeError SWEEP_INVALID
 */
export function parsePrune(given: unknown): Prune {
  if (given === 'none' || given === 'hopeless') return { kind: given };
  const count = typeof given === 'string' ? /^best:(\d+)$/.exec(given)?.[1] : undefined;
  const prune = isObject(given) ? given : { kind: 'best', count: Number(count) };
  if (prune.kind === 'none' || prune.kind === 'hopeless') return { kind: prune.kind };
  if (prune.kind === 'best' && Number.isSafeInteger(prune.count) && (prune.count as number) >= 1) {
    return { kind: 'best', count: prune.count as number };
  }
  const hint = 'Write none, hopeless (checkpoints of trials that cannot go on), or best:N (all but the best N trials).';
  throw sweepError(`There is no way to prune called ${shownValue(given)}.`, 'prune', hint);
}
