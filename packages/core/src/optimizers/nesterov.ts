import { requireShare } from '../model/check-option.js';
import { checkOptimizerOptions, optimizerSettings, type Rate } from '../model/optimizer-settings.js';
import type { MomentumOptions } from './momentum.js';
import { currentRate, type OptimizerSpec } from './optimizer-spec.js';

/**
 * SGD with Nesterov's momentum (Nesterov, 1983, in the form of Sutskever et al., 2013):
 * v ← momentum · v + g, p ← p - rate · (g + momentum · v). Momentum is 0.9 by default.
 * As PyTorch's SGD(nesterov=True) and tf.train.momentum(…, true).
 */
export function nesterov(rate: Rate, options: MomentumOptions = {}): OptimizerSpec<'velocity'> {
  checkOptimizerOptions('nesterov', options, ['momentum']);
  const { momentum: kept = 0.9 } = options;
  requireShare('nesterov', 'momentum', kept);
  return {
    ...optimizerSettings('nesterov', rate, options),
    formula: 'nesterov',
    slots: { velocity: 0 },
    constants: { fixed: { momentum: kept }, perStep: { rate: currentRate } },
  };
}
