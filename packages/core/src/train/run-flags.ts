import { type FlagValues, flag } from '../config/flags/flag.js';
import { findName } from '../text/flag-names.js';

/** The flags that every run has in addition to those of its configs. */
export const runFlags = {
  backend: flag.string(null, 'Backend to train on. Default: the only one installed.'),
  engine: flag.string(null, 'Engine of the backend. Default: the first usable one.'),
  gpu: flag.string(null, "GPU to use, as numbered by the engine's driver."),
  dataConfig: flag.string(null, 'Data config file.'),
  modelConfig: flag.string(null, 'Model config file.'),
  runName: flag.string(null, 'Experiment name of the run. Default: the name of the model config.'),
  resultsDir: flag.string('results', 'Folder of all experiments.'),
  seed: flag.integer(0, 'Seed for all randomness. With --repeat: of the first run.', { min: 0 }),
  steps: flag.integer(null, 'Stop after this many steps (optimizer updates).', { min: 1 }),
  epochs: flag.integer(null, 'Stop after this many epochs. Default: 5 without --steps.', { min: 1 }),
  reportEvery: flag.integer(10, 'Log training metrics every this many steps.', { min: 1 }),
  evalEvery: flag.integer(null, 'Evaluate on the validation data every this many steps. Default: after each epoch.', {
    min: 1,
  }),
  stopEarly: flag.string(
    null,
    'End the run when a validation metric stops improving: valid.NAME[:min|max], or none. Default: none.',
  ),
  patience: flag.integer(null, 'With --stop-early: evaluations without an improvement. Default: 5.', { min: 1 }),
  minDelta: flag.float(null, 'With --stop-early: the smallest change that is an improvement. Default: 0.', { min: 0 }),
  restoreBest: flag.boolean(false, 'With --stop-early: end the run with the state of its best step.'),
  ema: flag.float(
    null,
    'Keep an exponential moving average of the parameters with this decay (0.999), and evaluate it too. 0: none.',
    { min: 0, max: 1 },
  ),
  freeze: flag.string(null, 'Parameters not to train: names, with * for any characters; comma-separated, or none.'),
  saveEvery: flag.string('500', 'Save a checkpoint every this many steps (500) or minutes (10m), and at the end.'),
  saveMode: flag.string(
    'async',
    'Save checkpoints in the background from a copy of the state (async), or wait until they are on disk (sync).',
    { choices: ['async', 'sync'] },
  ),
  keep: flag.string(
    '3',
    'Checkpoints to keep: a number of newest ones, best:SPLIT.METRIC[:min|max], every:STEPS or all; comma-separated.',
  ),
  initFrom: flag.string(
    null,
    'Start from the parameters of another run: RUN (its latest checkpoint), RUN@STEP, RUN@best, or a safetensors file.',
  ),
  map: flag.string(
    null,
    "With --init-from: rename that run's parameters. FROM=TO, with * for any characters; comma-separated.",
  ),
  overfitOneBatch: flag.boolean(
    false,
    'Train on the first batch only, and validate on it: a model that can learn reaches a loss near 0.',
  ),
  logGradients: flag.integer(
    null,
    'Log the norms, update ratios and histograms of the gradients every this many steps. 0: never.',
    { min: 0 },
  ),
  systemMetrics: flag.float(null, 'Log the use of processor, memory, disk and GPU every this many seconds. 0: never.', {
    min: 0,
  }),
  profile: flag.integer(
    null,
    'Record where the time of the first steps goes: this many steps, into profile.json. 0: none.',
    { min: 0 },
  ),
  sink: flag.string(null, 'Additional metric sinks from plugins, comma-separated, or none.'),
  hook: flag.string(null, 'Hooks from plugins to call during the run, comma-separated, or none.'),
  checkpointStore: flag.string(
    'files',
    "Where to store checkpoints: files, in the run's folder (default), or a plugin's store.",
  ),
};

export type RunFlagValues = FlagValues<typeof runFlags>;

/** The flags that name the config files. */
export const configFlags = ['dataConfig', 'modelConfig'] as const;

/** Flags of one invocation, which do not belong to the run and are not stored. */
export const invocationFlags = {
  resume: flag.string(null, 'Resume a run: an experiment (its newest run), EXPERIMENT/NUMBER, or a run folder.'),
  override: flag.boolean(false, 'With --resume: replace flags of the run with those given here.'),
  trustCode: flag.boolean(false, "With --resume: run the run's stored code even if it was altered."),
  codeFrom: flag.string(
    'run',
    "With --resume: run the code stored with the run (run), or the project's current files and store them (project).",
    { choices: ['run', 'project'] },
  ),
  restartEpoch: flag.boolean(false, 'With --resume: restart the current epoch from its first batch.'),
  dryRun: flag.boolean(
    false,
    'Do everything but training: show the parameters and the first batch, evaluate one batch, write nothing.',
  ),
  repeat: flag.integer(
    null,
    'Train this many runs, one after the other: the same flags, with the seeds seed, seed + 1, …',
    { min: 1 },
  ),
  launcher: flag.string(null, "How to start the run: none (this process, default), local, or a plugin's launcher."),
  onHangup: flag.string(
    null,
    'When the terminal closes (SIGHUP): stop (save and stop) or ignore (keep training). Default: ignore if neither stdout nor stderr is a terminal, as under nohup; else stop.',
    { choices: ['stop', 'ignore'] },
  ),
  flagsFile: flag.string(null, 'JSON file with flag values. The command line takes precedence.'),
};

/** Flags or values by name, in any spelling, without the invocation flags. */
export function withoutInvocationFlags<T>(byName: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const names = Object.keys(invocationFlags);
  return Object.fromEntries(Object.entries(byName).filter(([name]) => findName(name, names) === undefined));
}
