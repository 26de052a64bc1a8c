import { checkPlace, checkUpdate } from './check-call.js';
import type { Formula } from './formula.js';
import { formulas } from './formulas.js';
import type { Kernels, UpdateCall } from './kernels.js';
import { plainArithmetic } from './plain-arithmetic.js';
import { sumOfParts } from './sum-of-parts.js';

const { fround } = Math;
const { add, sub, mul } = plainArithmetic;

/** The kernels in JavaScript, from the same formulas: the same bits, slowly. For tests, and where there is no SIMD. */
export function plainKernels(buffer: ArrayBufferLike): Kernels {
  const view = (place: number, count: number) => new Float32Array(buffer, place, count);
  return {
    update(call) {
      checkUpdate(call, buffer.byteLength);
      update(call, (place) => view(place, call.count));
    },
    accumulate(sum, gradient, count) {
      checkPlace('accumulate: sum', sum, count, buffer.byteLength);
      checkPlace('accumulate: gradient', gradient, count, buffer.byteLength);
      const [sums, gradients] = [view(sum, count), view(gradient, count)];
      for (let at = 0; at < count; at++) sums[at] = add(sums[at]!, gradients[at]!);
    },
    sumOfSquares(gradient, count, limits = {}) {
      checkPlace('sum of squares: gradient', gradient, count, buffer.byteLength);
      const gradients = view(gradient, count);
      const limit = limiter(limits);
      return sumOfParts(count, (start, part) => sumOfSquares(gradients.subarray(start, start + part), limit));
    },
  };
}

function update(call: UpdateCall, view: (place: number) => Float32Array): void {
  const formula: Formula = formulas[call.formula];
  const { next = call, average } = call;
  const [parameters, gradients] = [view(call.parameter), view(call.gradient)];
  const slots = call.slots.map(view);
  const [nextParameters, nextSlots] = [view(next.parameter), next.slots.map(view)];
  const averages = average && view(average.place);
  const nextAverages = average && view(average.next ?? average.place);
  const constants = named(formula.constants, (index) => fround(call.constants[index]!));
  const limit = limiter(call);
  const normScale = fround(call.normScale ?? 1);
  const decay = call.decay === undefined ? undefined : fround(call.decay);
  for (let at = 0; at < call.count; at++) {
    const previous = averages?.[at];
    const updated = formula.update(plainArithmetic, {
      parameter: parameters[at]!,
      gradient: mul(limit(gradients[at]!), normScale),
      slots: named(formula.slots, (index) => slots[index]![at]!),
      constants,
      decay,
    });
    nextParameters[at] = updated.parameter;
    for (const [index, slot] of formula.slots.entries()) nextSlots[index]![at] = updated.slots[slot]!;
    if (average === undefined) continue;
    nextAverages![at] = add(previous!, mul(fround(average.share), sub(updated.parameter, previous!)));
  }
}

/** Scales a gradient and limits it; NaN remains NaN. */
function limiter({ gradientScale = 1, clipValue = Number.POSITIVE_INFINITY }: Partial<UpdateCall>) {
  const [scale, high] = [fround(gradientScale), fround(clipValue)];
  const low = -high;
  return (gradient: number): number => {
    const scaled = mul(gradient, scale);
    const below = high < scaled ? high : scaled;
    return below < low ? low : below;
  };
}

/** In the order of the kernel: eight sums, then what is left. */
function sumOfSquares(gradients: Float32Array, limit: (gradient: number) => number): number {
  const squares = Array.from(gradients, limit).map((value) => value * value);
  const ofEights = squares.length & ~7;
  const sums = new Float64Array(8);
  for (let at = 0; at < ofEights; at++) sums[at % 8]! += squares[at]!;
  const pairs = [0, 1].map((lane) => sums[lane]! + sums[lane + 2]! + (sums[lane + 4]! + sums[lane + 6]!));
  return squares.slice(ofEights).reduce((sum, square) => sum + square, pairs[0]! + pairs[1]!);
}

function named(names: readonly string[], valueAt: (index: number) => number): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, valueAt(index)]));
}
