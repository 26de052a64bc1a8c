import { type FlagValues, flag } from '../config/flags/flag.js';

/** The flags every run has, whatever its configs declare. */
export const runFlags = {
  backend: flag.string(null, 'The backend to train on; left out, the only one installed.'),
  engine: flag.string(null, "The backend's engine; left out, the first usable one."),
  gpu: flag.string(null, "Which GPU, as the engine's driver numbers them."),
  dataConfig: flag.string(null, 'The data config file.'),
  modelConfig: flag.string(null, 'The model config file.'),
  runName: flag.string(null, 'The experiment the run is numbered under; left out, named after the model config.'),
  resultsDir: flag.string('results', 'The folder that holds all experiments.'),
  seed: flag.integer(0, 'Everything random is a function of this number.', { min: 0 }),
  steps: flag.integer(null, 'Stop after this many updates.', { min: 1 }),
  epochs: flag.integer(null, 'Stop after this many passes over the training data (5 where --steps is left out too).', {
    min: 1,
  }),
  reportEvery: flag.integer(10, 'Log the training metrics every this many steps.', { min: 1 }),
  evalEvery: flag.integer(null, 'Evaluate on the validation data every this many steps; left out, after each epoch.', {
    min: 1,
  }),
  saveEvery: flag.string(
    '500',
    'Save a checkpoint every this many steps, or minutes: 500, 10m. One is always saved at the end.',
  ),
  saveMode: flag.string(
    'async',
    'async: train on while a checkpoint is written, from a copy of the state; sync: wait until it is on disk.',
    { choices: ['async', 'sync'] },
  ),
  keep: flag.string(
    '3',
    'Which checkpoints stay: a number of newest, best:SPLIT.METRIC[:min|max], every:STEPS, all; several with commas.',
  ),
  sink: flag.string(null, 'Metric sinks of plugins to send the metrics to as well; several with commas, or none.'),
  hook: flag.string(null, 'Hooks of plugins to call as the run goes on; several with commas, or none.'),
  checkpointStore: flag.string(
    'files',
    "Where checkpoints are stored: files, in the run's folder, or a plugin's store.",
  ),
};

export type RunFlagValues = FlagValues<typeof runFlags>;

/** How a run is made rather than what it is: read from the command line only, and not kept with the run. */
export const invocationFlags = {
  resume: flag.string(null, 'Take up a run again: an experiment (its newest run), EXPERIMENT/NUMBER, or a run folder.'),
  override: flag.boolean(false, 'With --resume: let flags given here replace those of the run.'),
  trustCode: flag.boolean(
    false,
    "With --resume: run the run's code though it differs from what the run was made with.",
  ),
  codeFrom: flag.string(
    'run',
    "With --resume: the code to run. run: as the run stores it; project: the project's current files, stored with the run.",
    { choices: ['run', 'project'] },
  ),
  restartEpoch: flag.boolean(false, 'With --resume: start the current epoch again from its first batch.'),
  launcher: flag.string(null, 'What starts the run: local, or what a plugin brings; left out, or none, this process.'),
  onHangup: flag.string(
    null,
    'When the terminal is closed (SIGHUP): stop: save and stop; ignore: train on. Default: ignore where neither output is a terminal, as under nohup; else stop.',
    { choices: ['stop', 'ignore'] },
  ),
  flagsFile: flag.string(null, 'A JSON file with flag values; the command line wins over it.'),
};

/** Flags or values by name, without those of the invocation. */
export function withoutInvocationFlags<T>(byName: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(byName).filter(([name]) => !Object.hasOwn(invocationFlags, name)));
}
