import type { Step } from './layer.js';

/** Sets a share `rate` of the elements to zero while training (Srivastava et al., 2014); other ones at every step. */
export function dropout(rate: number): Step {
  return (x, context) => context.dropout(x, rate);
}
