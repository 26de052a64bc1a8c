import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

type MatMul = (
  a: number,
  aShape: number,
  aRank: number,
  b: number,
  bShape: number,
  bRank: number,
  transposeA: number,
  transposeB: number,
  out: number,
) => void;

interface Exports {
  cwrap(name: string, returns: null, parameters: readonly 'number'[]): MatMul;
}

/** A tensor of the wasm module that is a movable view of another one's memory, without a copy. */
class Window {
  readonly #backend: BackendWasm;
  readonly #dataId: object;
  readonly #start: number;
  readonly #size: number;
  readonly id: number;

  constructor(backend: BackendWasm, over: TensorInfo, size: number) {
    this.#backend = backend;
    this.#dataId = backend.write(null, [0], 'float32');
    this.#start = backend.getMemoryOffset(over.dataId);
    this.#size = size;
    this.id = backend.dataIdMap.get(this.#dataId).id;
  }

  move(index: number): void {
    const { tfjs } = this.#backend.wasm;
    // Disposing also drops the packed weights the module keeps for a tensor.
    tfjs.disposeData(this.id);
    tfjs.registerTensor(this.id, this.#size, this.#start + 4 * this.#size * index);
  }

  close(): void {
    this.#backend.disposeData(this.#dataId);
  }
}

/**
 * Multiplies matrix by matrix: a [n, l, m] and b [n, m, r] → [n, l, r], float32. The module's own batched product is
 * plain loops; its product of two single matrices is not.
 */
export function matmulEach(backend: BackendWasm, a: TensorInfo, b: TensorInfo): TensorInfo {
  const [n, left, inner] = a.shape as [number, number, number];
  const right = b.shape[2] as number;
  const out = backend.makeOutput([n, left, right], 'float32');
  const values = new Int32Array([1, left, inner, 1, inner, right]);
  const shapes = backend.makeOutput([values.length], 'int32', undefined, values);
  const aShape = backend.getMemoryOffset(shapes.dataId);
  const matMul = (backend.wasm as unknown as Exports).cwrap('BatchMatMul', null, Array<'number'>(9).fill('number'));
  const of = (over: TensorInfo, size: number) => new Window(backend, over, size);
  const windows = [of(a, left * inner), of(b, inner * right), of(out, left * right)] as const;
  const [aWindow, bWindow, outWindow] = windows;
  for (let index = 0; index < n; index++) {
    for (const window of windows) window.move(index);
    matMul(aWindow.id, aShape, 3, bWindow.id, aShape + 12, 3, 0, 0, outWindow.id);
  }
  for (const window of windows) window.close();
  backend.disposeData(shapes.dataId);
  return out;
}
