export type { Arithmetic } from './arithmetic.js';
export type { Formula, FormulaValues, Updated } from './formula.js';
export { type FormulaName, formulas } from './formulas.js';
export type { Kernels, UpdateCall } from './kernels.js';
