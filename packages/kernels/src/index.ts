export type { Arithmetic } from './arithmetic.js';
export type { Formula, FormulaValues, Updated } from './formula.js';
export { type FormulaName, formulas } from './formulas.js';
export type { Kernels, UpdateCall } from './kernels.js';
export { openKernels } from './open-kernels.js';
export { plainArithmetic } from './plain-arithmetic.js';
export { plainKernels } from './plain-kernels.js';
export { sharedMemory } from './shared-memory.js';
export type { WasmMemory } from './web-assembly.js';
