import type { UpdateCall } from './kernels.js';

/** The function of the compiled module for a call. */
export function kernelName({ formula, average }: UpdateCall): string {
  return average === undefined ? formula : `${formula}Averaged`;
}

/** Places that a kernel reads and writes: the first of its arguments after the count. */
export function kernelPlaces({ gradient, parameter, slots, next, average }: UpdateCall): number[] {
  const read = [parameter, ...slots];
  const written = next === undefined ? read : [next.parameter, ...next.slots];
  if (average === undefined) return [gradient, ...read, ...written];
  return [gradient, ...read, average.place, ...written, average.next ?? average.place];
}

/** Its other arguments, in the order of `scripts/generate-kernels.js`. */
export function kernelScalars(call: UpdateCall): number[] {
  const { gradientScale = 1, clipValue = Number.POSITIVE_INFINITY, normScale = 1, decay = 1 } = call;
  const share = call.average === undefined ? [] : [call.average.share];
  return [gradientScale, clipValue, normScale, decay, ...share, ...call.constants];
}

export function kernelArguments(call: UpdateCall): number[] {
  return [...kernelPlaces(call), ...kernelScalars(call)];
}
