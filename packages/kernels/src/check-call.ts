import { formulas } from './formulas.js';
import type { UpdateCall } from './kernels.js';

/**
 * @throws Error for an unknown formula, or another number of slots or constants than it has
 * @throws RangeError for a count or a place that is not in the memory
 */
export function checkUpdate(call: UpdateCall, bytes: number): void {
  if (!Object.hasOwn(formulas, call.formula)) {
    throw new Error(
      `There is no formula ${JSON.stringify(call.formula)}. There are ${Object.keys(formulas).join(', ')}.`,
    );
  }
  const { slots, constants } = formulas[call.formula];
  checkNumber(call, 'slots', call.slots, slots);
  checkNumber(call, 'constants', call.constants, constants);
  const place = (what: string, at: number) => checkPlace(`${call.formula}: ${what}`, at, call.count, bytes);
  place('parameter', call.parameter);
  place('gradient', call.gradient);
  for (const [index, at] of call.slots.entries()) place(slots[index]!, at);
  if (call.next !== undefined) {
    checkNumber(call, 'next slots', call.next.slots, slots);
    place('next parameter', call.next.parameter);
    for (const [index, at] of call.next.slots.entries()) place(`next ${slots[index]}`, at);
  }
  if (call.average !== undefined) {
    place('average', call.average.place);
    place('next average', call.average.next ?? call.average.place);
  }
}

/** @throws RangeError if elements of float32 are not in the memory as a whole */
export function checkPlace(what: string, place: number, count: number, bytes: number): void {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new RangeError(`${what}: the count ${count} is not a whole number.`);
  if (!Number.isSafeInteger(place) || place < 0 || place % 4 !== 0) {
    throw new RangeError(`${what}: the place ${place} is not a multiple of 4 bytes.`);
  }
  if (place + 4 * count > bytes) {
    throw new RangeError(`${what}: ${count} elements at ${place} end after the memory of ${bytes} bytes.`);
  }
}

function checkNumber({ formula }: UpdateCall, what: string, given: readonly number[], wanted: readonly string[]): void {
  if (given.length === wanted.length) return;
  throw new Error(`${formula} has ${wanted.length} ${what} (${wanted.join(', ')}), not ${given.length}.`);
}
