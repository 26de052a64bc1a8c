import type { SessionState } from '../../backend/backend.js';
import type { NamedTensors, TensorData } from '../../tensor/tensor-data.js';

/** Counts the bytes of all tensors of a state. */
export function bytesOf({ parameters, optimizer, ema = new Map() }: SessionState): number {
  let bytes = 0;
  for (const tensors of [parameters, optimizer, ema])
    for (const tensor of tensors.values()) bytes += tensor.bytes.length;
  return bytes;
}

/**
 * A state that can be transferred to another thread, and the memory to transfer. Only tensors that share a buffer are
 * copied; those in shared memory are neither copied nor transferred.
 */
export function transferable<S extends SessionState>(state: S): { state: S; memory: ArrayBuffer[] } {
  const memory = new Set<ArrayBuffer>();
  const own = (tensors: NamedTensors) =>
    new Map(
      Array.from(tensors, ([name, { dtype, shape, bytes }]): [string, TensorData] => {
        if (bytes.buffer instanceof SharedArrayBuffer) return [name, { dtype, shape: [...shape], bytes }];
        const whole = bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength;
        const moved = whole && !memory.has(bytes.buffer as ArrayBuffer) ? bytes : new Uint8Array(bytes);
        memory.add(moved.buffer as ArrayBuffer);
        return [name, { dtype, shape: [...shape], bytes: moved }];
      }),
    );
  const ema = state.ema === undefined ? {} : { ema: own(state.ema) };
  const moved = { ...state, parameters: own(state.parameters), optimizer: own(state.optimizer), ...ema };
  return { state: moved, memory: [...memory] };
}
