import type { TensorData } from '@forge-ml/core/plugin';
import { elements, type ParameterValue, parameter, type Value, widenHalves } from '@forge-ml/onnx/graph';
import { cast } from '@forge-ml/onnx/ops';

/**
 * What replaces the half-precision parameters of a file: master weights in float32, of the same names, cast to the type
 * in the file. Small updates would be lost in half precision (Micikevicius et al., "Mixed precision training", 2018).
 */
export interface MasterWeights {
  readonly casts: ReadonlyMap<Value, Value>;
  readonly parameters: readonly ParameterValue[];
}

export function masterWeights(parameters: Iterable<ParameterValue>): MasterWeights {
  const casts = new Map<Value, Value>();
  const masters: ParameterValue[] = [];
  for (const source of parameters) {
    const { name, dtype, initial, trainable } = source;
    const master = isHalf(dtype) ? parameter(name, widened(initial, dtype), { trainable }) : source;
    masters.push(master);
    if (master !== source) casts.set(source, cast(master, dtype));
  }
  return { casts, parameters: masters };
}

/** A value for a loss or a layer, which compute in float32. */
export function inFloat32(value: Value): Value {
  return isHalf(value.dtype) ? cast(value, 'float32') : value;
}

function isHalf(dtype: string): dtype is 'float16' | 'bfloat16' {
  return dtype === 'float16' || dtype === 'bfloat16';
}

/** Converted again where its memory has been freed: a session has its own copy. */
function widened(initial: TensorData, dtype: 'float16' | 'bfloat16'): TensorData {
  let known: WeakRef<Uint8Array> | undefined;
  return {
    dtype: 'float32',
    shape: initial.shape,
    get bytes() {
      const before = known?.deref();
      if (before !== undefined) return before;
      const numbers = widenHalves(elements({ ...initial, dtype, bytes: initial.bytes }) as Uint16Array, dtype);
      const bytes = new Uint8Array(numbers.buffer);
      known = new WeakRef(bytes);
      return bytes;
    },
  };
}
