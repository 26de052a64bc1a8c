import type { Formula } from './formula.js';
import { adadelta } from './formulas/adadelta.js';
import { adagrad } from './formulas/adagrad.js';
import { adam } from './formulas/adam.js';
import { adamax } from './formulas/adamax.js';
import { lion } from './formulas/lion.js';
import { momentum } from './formulas/momentum.js';
import { nesterov } from './formulas/nesterov.js';
import { rmsprop, rmspropMomentum } from './formulas/rmsprop.js';
import { sgd } from './formulas/sgd.js';

export type FormulaName =
  | 'sgd'
  | 'momentum'
  | 'nesterov'
  | 'adam'
  | 'adamax'
  | 'adagrad'
  | 'adadelta'
  | 'rmsprop'
  | 'rmspropMomentum'
  | 'lion';

/** Every formula with a kernel. */
export const formulas: Readonly<Record<FormulaName, Formula>> = {
  sgd,
  momentum,
  nesterov,
  adam,
  adamax,
  adagrad,
  adadelta,
  rmsprop,
  rmspropMomentum,
  lion,
};
