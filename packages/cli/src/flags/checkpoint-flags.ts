import { flag } from '@forge-ml/core';

/** The flags by which a command selects a checkpoint. */
export const checkpointFlags = {
  checkpoint: flag.string(null, 'Checkpoint: a step, latest, best, or best:SPLIT.METRIC[:min|max]. Default: latest.'),
  step: flag.integer(null, 'Step of the checkpoint; the same as --checkpoint STEP.', { min: 0 }),
  weights: flag.string('parameters', 'Weights: the parameters, or ema, their moving average (--ema).', {
    choices: ['parameters', 'ema'],
  }),
};
