import { isObject } from '../../json/is-object.js';
import { shownValue } from '../../model/model-error.js';
import type { Halving } from '../record/sweep-file.js';
import { sweepError } from '../space/sweep-error.js';

/** Successive halving as a sweep asks for it: what is omitted follows from the limits of the runs. */
export type HalvingRequest = Pick<Halving, 'name' | 'reduction'> & Partial<Pick<Halving, 'min' | 'max' | 'unit'>>;

/** @throws ForgeError SWEEP_INVALID */
export function checkHalving(given: unknown): HalvingRequest {
  if (!isObject(given) || (given.name !== 'asha' && given.name !== 'hyperband')) {
    const hint = 'Write asha(), hyperband(), or omit it.';
    throw sweepError(`The stop of a sweep is not ${shownValue(given)}.`, 'stop', hint);
  }
  const { name, reduction, min, max, unit } = given;
  const wrong = (option: string, must: string, value: unknown) =>
    sweepError(`${name}: ${option} must be ${must}, not ${shownValue(value)}.`, option, `Change ${option}.`);
  if (!(typeof reduction === 'number' && Number.isFinite(reduction) && reduction > 1)) {
    throw wrong('reduction', 'a number above 1', reduction);
  }
  for (const [option, value] of Object.entries({ min, max })) {
    if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1)) continue;
    throw wrong(option, 'a whole number from 1', value);
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) throw wrong('min', `at most max, ${max}`, min);
  if (unit !== undefined && unit !== 'steps' && unit !== 'epochs') throw wrong('unit', '"steps" or "epochs"', unit);
  return given as unknown as HalvingRequest;
}
