import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bytesPerElement, type DType, sizeOf, type TensorData } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import { input, type Value } from '@forge-ml/onnx/graph';
import { identity, matMul, mul } from '@forge-ml/onnx/ops';

/** y = x. */
export function identityModel(dtype: DType = 'float32', shape: readonly (number | string)[] = [1]): Uint8Array {
  const x = input('x', dtype, shape);
  return modelBytes({ inputs: [x], outputs: new Map([['y', identity(x)]]) });
}

/** z = x ∘ y, of any length. */
export function productModel(): Uint8Array {
  const [x, y] = [input('x', 'float32', ['n']), input('y', 'float32', ['n'])];
  return modelBytes({ inputs: [x, y], outputs: new Map([['z', mul(x, y)]]) });
}

/** a = x, b = x ∘ x. */
export function twoOutputs(): Uint8Array {
  const x = input('x', 'float32', ['n']);
  const outputs = new Map([
    ['a', identity(x)],
    ['b', mul(x, x)],
  ]);
  return modelBytes({ inputs: [x], outputs });
}

/** y = x multiplied by itself `times` times, size × size: takes seconds for large ones. */
export function longModel(size: number, times: number): Uint8Array {
  const x = input('x', 'float32', [size, size]);
  let y: Value = x;
  for (let i = 0; i < times; i++) y = matMul(y, x);
  return modelBytes({ inputs: [x], outputs: new Map([['y', y]]) });
}

/** Memory of WebAssembly that threads share, in pages of 64 KiB. */
export function sharedMemory(pages = 1): SharedArrayBuffer {
  type Memory = new (limits: object) => { readonly buffer: SharedArrayBuffer };
  const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: Memory } }).WebAssembly;
  return new Memory({ initial: pages, maximum: pages, shared: true }).buffer;
}

/** A tensor at a position of a buffer. Default: of a buffer of its own. */
export function tensorIn(
  shape: readonly number[],
  { dtype = 'float32', buffer, at = 0 }: { dtype?: DType; buffer?: ArrayBufferLike; at?: number } = {},
): TensorData {
  const bytes = sizeOf(shape) * bytesPerElement[dtype];
  return { dtype, shape, bytes: new Uint8Array(buffer ?? new ArrayBuffer(bytes), at, bytes) };
}

export function floats({ bytes }: TensorData): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Frees everything that is not reachable. */
export const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
})();
