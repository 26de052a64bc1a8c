import type { ConvShape } from './conv/conv-shape.js';
import { type ConvPlaces, convolve } from './conv/convolve.js';
import { type FilterGradientPlaces, filterGradient } from './conv/filter-gradient.js';
import { type InputGradientPlaces, inputGradient } from './conv/input-gradient.js';
import { type MatrixProduct, multiplyMatrices } from './matmul/matrix-product.js';
import type { Scratch } from './matmul/scratch.js';
import { type MaxPoolGradientPlaces, maxPoolGradient } from './max-pool/max-pool-gradient.js';
import type { PoolShape } from './max-pool/pool-shape.js';
import { tensorModule } from './tensor-module.js';
import type { WasmMemory } from './web-assembly.js';

/**
 * Kernels of tensors of float32 over one memory. Places are byte offsets into it. Results have the same bits everywhere:
 * no operation is fused with another, and sums are in an order that depends only on the shapes.
 */
export interface TensorKernels {
  multiplyMatrices(product: MatrixProduct, scratch: Scratch): void;
  convolve(shape: ConvShape, at: ConvPlaces, scratch: Scratch): void;
  filterGradient(shape: ConvShape, at: FilterGradientPlaces, scratch: Scratch): void;
  inputGradient(shape: ConvShape, at: InputGradientPlaces, scratch: Scratch): void;
  maxPoolGradient(shape: PoolShape, at: MaxPoolGradientPlaces): void;
  /** out [c] = Σᵣ x [r, c] */
  sumRows(x: number, rows: number, columns: number, out: number): void;
}

/** The memory may not be shared; it may grow. */
export function openTensorKernels(memory: WasmMemory): TensorKernels {
  const module = tensorModule(memory);
  return {
    multiplyMatrices: (product, scratch) => multiplyMatrices(module, product, scratch),
    convolve: (shape, at, scratch) => convolve(module, shape, at, scratch),
    filterGradient: (shape, at, scratch) => filterGradient(module, shape, at, scratch),
    inputGradient: (shape, at, scratch) => inputGradient(module, shape, at, scratch),
    maxPoolGradient: (shape, at) => maxPoolGradient(module, shape, at),
    sumRows: (x, rows, columns, out) => void module.sumRows(x, rows, columns, out),
  };
}
