export { accumulate } from './accumulate';
export { sumOfSquares } from './sum-of-squares';
