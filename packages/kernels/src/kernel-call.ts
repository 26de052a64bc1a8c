import type { UpdateCall } from './kernels.js';

/** The function of the compiled module for a call, and its arguments after the count. */
export interface KernelCall {
  readonly name: string;
  /** Byte offsets that it reads, then those that it writes. */
  readonly places: readonly number[];
  readonly scalars: readonly number[];
}

/** In the order of `scripts/generate-kernels.js`. */
export function kernelCall(call: UpdateCall): KernelCall {
  const { formula, gradient, parameter, slots, next = call, constants, decay = 1, average } = call;
  const { gradientScale = 1, clipValue = Number.POSITIVE_INFINITY, normScale = 1 } = call;
  const isLimited = gradientScale !== 1 || clipValue !== Number.POSITIVE_INFINITY || normScale !== 1;
  const limits = isLimited ? [gradientScale, clipValue, normScale] : [];
  const places = [gradient, parameter, ...slots];
  const nextPlaces = [next.parameter, ...next.slots];
  const name = isLimited ? `${formula}Limited` : formula;
  if (average === undefined) {
    return { name, places: [...places, ...nextPlaces], scalars: [...limits, decay, ...constants] };
  }
  return {
    name: `${name}Averaged`,
    places: [...places, average.place, ...nextPlaces, average.next ?? average.place],
    scalars: [...limits, decay, average.share, ...constants],
  };
}
