import { checkPlace, checkUpdate } from './check-call.js';
import { kernelCall } from './kernel-call.js';
import { instantiate } from './kernel-module.js';
import type { Kernels } from './kernels.js';
import { sumOfParts } from './sum-of-parts.js';
import type { WasmMemory } from './web-assembly.js';

/**
 * Kernels over a memory, shared or not, in one pass of WebAssembly SIMD. The memory may grow.
 * @throws RangeError for a place outside the memory, Error for a call that does not fit its formula
 */
export function openKernels(memory: WasmMemory): Kernels {
  const functions = instantiate(memory);
  const bytes = () => memory.buffer.byteLength;
  return {
    update(call) {
      checkUpdate(call, bytes());
      const { name, places, scalars } = kernelCall(call);
      functions[name]!(call.count, ...places, ...scalars);
    },
    accumulate(sum, gradient, count) {
      checkPlace('accumulate: sum', sum, count, bytes());
      checkPlace('accumulate: gradient', gradient, count, bytes());
      functions.accumulate!(count, sum, gradient);
    },
    sumOfSquares(gradient, count, { gradientScale = 1, clipValue = Number.POSITIVE_INFINITY } = {}) {
      checkPlace('sum of squares: gradient', gradient, count, bytes());
      return sumOfParts(count, (start, part) =>
        functions.sumOfSquares!(part, gradient + 4 * start, gradientScale, clipValue),
      );
    },
  };
}
