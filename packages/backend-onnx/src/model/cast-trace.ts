import { autocast } from '@forge-ml/onnx';
import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { abs, lessOrEqual, where } from '@forge-ml/onnx/ops';
import type { CheckedMixedPrecision } from './mixed-precision.js';
import type { Trace } from './trace.js';

/** A trace with its products in half precision. */
export function inMixedPrecision(trace: Trace, { dtype, lossScale }: CheckedMixedPrecision): Trace {
  const { losses, outputs, stats, updates } = trace;
  const made = autocast([...losses, ...outputs.values(), ...stats.values(), ...updates.values()], dtype);
  const renewed = <Key>(map: ReadonlyMap<Key, Value>) => new Map([...map.keys()].map((key) => [key, made.shift()!]));
  const own = { ...trace, losses: made.splice(0, losses.length), outputs: renewed(outputs), stats: renewed(stats) };
  const next = renewed(updates);
  return { ...own, updates: lossScale === undefined ? next : new Map([...next].map(finiteOrBefore)) };
}

/** In a step whose forward pass overflows, running statistics keep their values. */
function finiteOrBefore([before, next]: readonly [ParameterValue, Value]): [ParameterValue, Value] {
  if (next.dtype !== 'float32') return [before, next];
  return [before, where(lessOrEqual(abs(next), largest), next, before)];
}

/** The largest number of float32. */
const largest = 2 ** 127 * (2 - 2 ** -23);
