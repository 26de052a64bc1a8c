import { type MembersOf, wrongMember } from '../../backend/border/wrong-member.js';
import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { flagFault } from '../../config/flags/check-flags.js';
import type { DatasetReader } from '../../data/pipeline/dataset-reader.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import { shownValue } from '../../model/model-error.js';
import type { Json, Step } from '../../preprocessing/steps/step.js';
import type { Sampler } from '../../sweep/samplers/sampler.js';
import type { RunHooks } from '../../train/hooks/run-hooks.js';
import { type JobLauncher, jobLauncherPort } from '../../train/launch/job-launcher.js';
import type { Launched, Launcher } from '../../train/launch/launcher.js';
import type { Exporter } from '../contract/exporter.js';
import type { CommandResult, CommandWord, PluginCommand } from '../contract/plugin-command.js';
import type { OpenPredictor, Predictor } from '../contract/predictor.js';
import type { ProviderKind } from '../contract/providers.js';

const sink: MembersOf<MetricSink> = {
  retries: 'boolean?',
  write: 'function',
  writeMedia: 'function?',
  flush: 'function',
  close: 'function',
};
const hooks: MembersOf<RunHooks> = {
  start: 'function?',
  step: 'function?',
  report: 'function?',
  checkpoint: 'function?',
  end: 'function?',
};
const checkpointStore: MembersOf<CheckpointStore> = {
  steps: 'function',
  save: 'function',
  saveAsync: 'function',
  savesOnThread: 'boolean',
  close: 'function',
  load: 'function',
  info: 'function',
  check: 'function',
  remove: 'function',
};
const launcher: MembersOf<Launcher> = { launch: 'function' };
const jobLauncher: MembersOf<JobLauncher> = {
  port: 'anything',
  slots: 'anything',
  submit: 'function',
  find: 'function',
  query: 'function',
  cancel: 'function',
  attach: 'function',
  changed: 'function?',
  pollSeconds: 'anything?',
  inJob: 'function?',
  close: 'function?',
};
const sampler: MembersOf<Sampler> = { ask: 'function', tell: 'function', isAskPure: 'boolean?' };
const reader: MembersOf<DatasetReader> = { description: 'text?', open: 'function' };
const exporter: MembersOf<Exporter> = {
  description: 'text',
  options: 'anything?',
  predicts: 'boolean?',
  export: 'function',
};
const step: MembersOf<Step<Json, Json>> = {
  kind: 'text',
  version: 'anything',
  takes: 'list',
  gives: 'text',
  takesMissing: 'boolean?',
  options: 'function',
  fit: 'function?',
  isState: 'function',
  also: 'function?',
  convert: 'function',
  arrays: 'function?',
  size: 'function?',
  classes: 'function?',
  files: 'function?',
  invert: 'function?',
};
const predictor: MembersOf<Predictor> = { open: 'function' };
const command: MembersOf<PluginCommand> = {
  summary: 'text',
  description: 'text?',
  examples: 'list?',
  words: 'list',
  flags: 'object',
  repeatable: 'list?',
  run: 'function',
};
const commandWord: MembersOf<CommandWord> = {
  name: 'text',
  required: 'boolean',
  description: 'text',
  repeats: 'boolean?',
};

/** The members of each kind; a backend is checked when it is loaded, and a launcher by its port. */
const ports = {
  sinks: sink,
  hooks,
  checkpointStores: checkpointStore,
  samplers: sampler,
  readers: reader,
  steps: step,
  exporters: exporter,
  predictors: predictor,
  commands: command,
};

const launched: MembersOf<Launched> = { id: 'text', wait: 'function', cancel: 'function' };
const openPredictor: MembersOf<OpenPredictor> = { predict: 'function', dispose: 'function', inputs: 'object?' };
const commandResult: MembersOf<CommandResult> = { data: 'anything?', text: 'text' };

/** The members of objects that providers return. */
const returned = { launched, openPredictor, commandResult };

/**
 * Checks an object that a plugin created against its interface.
 * @param what `the metric sink mlflow of forge-mlflow 1.0.0`
 * @throws ForgeError PLUGIN_INVALID naming the plugin and the member that is missing or of the wrong type
 */
export function checkProvided(kind: ProviderKind, what: string, made: unknown): void {
  if (kind === 'backends') return;
  const wrong = kind === 'launchers' ? wrongLauncher(made) : (wrongMember(made, ports[kind]) ?? wrongParts(kind, made));
  if (wrong !== undefined) throw pluginFault(what, wrong);
}

/** The same for an object that a provider returned. @param what e.g. `what the launcher slurm started` */
export function checkReturned(kind: keyof typeof returned, what: string, value: unknown): void {
  const wrong = wrongMember(value, returned[kind]);
  if (wrong !== undefined) throw pluginFault(what, wrong);
}

export function pluginFault(what: string, wrong: string, cause?: unknown): ForgeError {
  return new ForgeError('PLUGIN_INVALID', `${what.charAt(0).toUpperCase()}${what.slice(1)} ${wrong}.`, {
    about: what,
    hint: 'This is a bug in the plugin: install another version of it, or report it to its author.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function wrongParts(kind: ProviderKind, made: unknown): string | undefined {
  if (kind === 'commands') return wrongCommand(made as PluginCommand);
  if (kind !== 'hooks') return undefined;
  const names = Object.keys(hooks);
  const none = names.every((name) => (made as Readonly<Record<string, unknown>>)[name] === undefined);
  // Nothing would ever be called. A misspelled hook is reported when the hooks are opened.
  return none && Object.keys(made as object).length === 0 ? `has none of ${names.join(', ')}` : undefined;
}

/** It has `launch`, or the port of job launchers, or both. */
function wrongLauncher(made: unknown): string | undefined {
  const { launch, submit, port, slots, pollSeconds } = Object(made) as Readonly<Record<string, unknown>>;
  if (port === undefined && submit === undefined) return wrongMember(made, launcher);
  if (port !== jobLauncherPort) return `has the port ${shownValue(port)}; this Forge has ${jobLauncherPort}`;
  const wrong = wrongMember(made, launch === undefined ? jobLauncher : { ...jobLauncher, ...launcher });
  if (wrong !== undefined) return wrong;
  if (slots !== null && !(Number.isSafeInteger(slots) && (slots as number) > 0)) {
    return `has slots that are ${shownValue(slots)}, not a whole number from 1 or null`;
  }
  if (pollSeconds !== undefined && !(typeof pollSeconds === 'number' && pollSeconds > 0)) {
    return `has pollSeconds that are ${shownValue(pollSeconds)}, not a number above 0`;
  }
  return undefined;
}

function wrongCommand({ words, flags, repeatable = [], examples = [] }: PluginCommand): string | undefined {
  for (const [index, word] of words.entries()) {
    const wrong = wrongMember(word, commandWord);
    if (wrong !== undefined) return `has a word that ${wrong}`;
    if (word.repeats === true && index < words.length - 1)
      return `has a word ${word.name} that repeats, but is not the last one`;
  }
  const example = examples.find((line) => typeof line !== 'string');
  if (example !== undefined) return `has an example that is ${shownValue(example)}, not text`;
  const fault = flagFault(flags);
  if (fault !== undefined) return fault.wrong;
  const single = repeatable.find((name) => !(Object.hasOwn(flags, name) && flags[name]!.kind === 'string'));
  if (single !== undefined) return `has ${shownValue(single)} in repeatable, which is none of its flags of text`;
  return undefined;
}
