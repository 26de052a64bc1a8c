import { type MembersOf, wrongMember } from '../../backend/border/wrong-member.js';
import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { flagFault } from '../../config/flags/check-flags.js';
import type { DatasetReader } from '../../data/pipeline/dataset-reader.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import type { RunHooks } from '../../train/hooks/run-hooks.js';
import type { Launched, Launcher } from '../../train/launch/launcher.js';
import type { Exporter } from '../contract/exporter.js';
import type { CommandResult, PluginCommand } from '../contract/plugin-command.js';
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
const reader: MembersOf<DatasetReader> = { description: 'text?', open: 'function' };
const exporter: MembersOf<Exporter> = { description: 'text', export: 'function' };
const predictor: MembersOf<Predictor> = { open: 'function' };
const command: MembersOf<PluginCommand> = { summary: 'text', words: 'list', flags: 'object', run: 'function' };

/** The members of each kind; a backend is checked when it is loaded. */
const ports = {
  sinks: sink,
  hooks,
  checkpointStores: checkpointStore,
  launchers: launcher,
  readers: reader,
  exporters: exporter,
  predictors: predictor,
  commands: command,
};

const launched: MembersOf<Launched> = { id: 'text', wait: 'function', cancel: 'function' };
const openPredictor: MembersOf<OpenPredictor> = { predict: 'function', dispose: 'function' };
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
  const wrong = wrongMember(made, ports[kind]) ?? wrongParts(kind, made);
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

function wrongCommand({ words, flags }: PluginCommand): string | undefined {
  for (const word of words) {
    const wrong = wrongMember(word, { name: 'text', required: 'boolean', description: 'text' });
    if (wrong !== undefined) return `has a word that ${wrong}`;
  }
  return flagFault(flags)?.wrong;
}
