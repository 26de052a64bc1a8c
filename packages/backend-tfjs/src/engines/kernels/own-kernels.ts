import {
  type Kernels,
  openKernels,
  openTensorKernels,
  type Scratch,
  type TensorKernels,
  type WasmMemory,
} from '@forge-ml/kernels';
import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What Emscripten's module has besides the functions of TensorFlow.js. */
interface EmscriptenModule {
  readonly asm?: { readonly memory?: WasmMemory };
}

/** Kernels of tensors and of optimizers over one memory. */
export type OwnKernels = TensorKernels & Pick<Kernels, 'update'>;

const opened = new WeakMap<BackendWasm, OwnKernels | undefined>();

/** Our kernels over the memory of the wasm module; undefined where they cannot run, as on a processor without SIMD. */
export function ownKernels(backend: BackendWasm): OwnKernels | undefined {
  if (!opened.has(backend)) opened.set(backend, open(backend.wasm as unknown as EmscriptenModule));
  return opened.get(backend);
}

function open({ asm }: EmscriptenModule): OwnKernels | undefined {
  const memory = asm?.memory;
  if (!(memory?.buffer instanceof ArrayBuffer)) return undefined;
  try {
    return { ...openTensorKernels(memory), ...openKernels(memory) };
  } catch {
    return undefined;
  }
}

/** Gives scratch memory of the wasm module to `run`, and frees it afterwards. */
export function withScratch(backend: BackendWasm, run: (scratch: Scratch) => void): void {
  const made: TensorInfo[] = [];
  try {
    run((bytes) => {
      const piece = backend.makeOutput([Math.ceil(bytes / 4)], 'int32');
      made.push(piece);
      return placeOf(backend, piece);
    });
  } finally {
    for (const { dataId } of made) backend.disposeData(dataId);
  }
}

/** Where a tensor's numbers are in the memory. They do not move when it grows. */
export function placeOf(backend: BackendWasm, { dataId }: TensorInfo): number {
  // Unsigned: of more than 2 GiB, the module gives a negative number.
  return backend.getMemoryOffset(dataId) >>> 0;
}

/** Our kernels take tensors of float32 that are not empty. */
export function areFloats(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every(({ dtype, shape }) => dtype === 'float32' && !isEmpty(shape));
}

/** Where a window is larger than the image, TensorFlow.js computes sizes below 0, even two whose product is above. */
export function isEmpty(shape: readonly number[]): boolean {
  return shape.some((size) => size <= 0);
}
