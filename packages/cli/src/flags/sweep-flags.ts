import { flag } from '@forge-ml/core/flags';

/** The flags of `forge sweep` besides those of `forge train`. */
export const sweepFlags = {
  space: flag.string(
    null,
    "What to vary, as NAME=LOW..HIGH, NAME=log(LOW..HIGH) or NAME=A,B,C; '… step 0.1', '… when hidden=64,128'. May be given several times.",
  ),
  minimize: flag.string(null, 'Metric to minimize: SPLIT.METRIC. May be given several times, also with --maximize.'),
  maximize: flag.string(null, 'Metric to maximize: SPLIT.METRIC. May be given several times.'),
  value: flag.string(null, 'What counts of a run: the best value of the metric (default), or its last one.', {
    choices: ['best', 'last'],
  }),
  method: flag.string(
    null,
    "How to choose: tpe (default), random, sobol, grid, or a plugin's; options as in 'grid(points=5)'.",
  ),
  stop: flag.string(
    null,
    "Stop bad trials early: asha, hyperband or none (default); options as in 'asha(reduction=3, min=1)'.",
  ),
  trials: flag.integer(null, 'End after this many trials.', { min: 1 }),
  totalSteps: flag.integer(null, 'End after this many steps, of all trials together.', { min: 1 }),
  hours: flag.float(null, 'End after this many hours.', { min: 0 }),
  repeat: flag.integer(null, 'Runs of each trial, with the seeds seed, seed + 1, …; their mean counts. Default: 1.', {
    min: 1,
  }),
  retries: flag.integer(null, 'How often to repeat a trial whose process crashed or was lost. Default: 2.', { min: 0 }),
  failFast: flag.boolean(false, 'End the sweep at the first failed trial.'),
  prune: flag.string(
    null,
    'Checkpoints to remove: none (default), hopeless (of trials that cannot go on), or best:N (of all but the best N).',
  ),
  workers: flag.integer(null, 'Trials to train at once. Default: 1; on a cluster, as many as it starts.', { min: 1 }),
  launcher: flag.string(null, "Where to train: local (this machine, default), or a plugin's launcher."),
  name: flag.string(
    null,
    'Name of the sweep, and experiment of its runs. Default: that of the model config, and -sweep.',
  ),
  sweepSeed: flag.integer(null, 'Seed of the choices. Default: 0.', { min: 0 }),
  resume: flag.string(null, 'Continue a sweep by its name, where it was stopped, interrupted or killed.'),
};

/** Those that may be given several times. */
export const repeatedSweepFlags = ['space', 'minimize', 'maximize'] as const;

/** Flags of `forge train` for one run, which a sweep does not have. */
export const notInSweeps = ['dryRun', 'override', 'trustCode', 'codeFrom', 'restartEpoch', 'runName'] as const;
