import { resolve } from 'node:path';
import type { FlagSpecs } from '../../config/flags/flag.js';
import {
  type FlagLayer,
  type FlagSource,
  plainValues,
  type ResolvedFlags,
  resolveFlags,
} from '../../config/flags/resolve-flags.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { findName, toKebab, toVariable } from '../../text/flag-names.js';
import { shellWord } from '../../text/shell-word.js';
import { earlyStopReason } from '../../train/early-stop/early-stop.js';
import { defaultPatience, refuseBesideNone } from '../../train/early-stop/early-stop-flags.js';
import { flagsToContinue } from '../../train/loop/flags-to-continue.js';
import { limitsFrom } from '../../train/loop/limits.js';
import type { RunFlagValues } from '../../train/run-flags.js';

/** Flags for the place of the run. */
const whereabouts = ['resultsDir', 'runName'];

/** Flags that not even --override changes: the stored code and the saved state belong to them. */
const fixed = ['backend', 'checkpointStore', 'dataConfig', 'modelConfig', 'initFrom', 'map'];
const paths = ['dataConfig', 'modelConfig'];

export interface ResumedFlagsRequest {
  /** The run as messages call it. */
  readonly label: string;
  readonly record: RunRecord;
  readonly stored: ResolvedFlags;
  readonly specs: FlagSpecs;
  /** What was given now, lowest first: environment, flags file, command line, script. */
  readonly given: readonly FlagLayer[];
  readonly override: boolean;
  /** Whether the code is the project's: then the configs may be other files. */
  readonly otherConfigs: boolean;
  /** Relative paths among what was given start here. */
  readonly directory: string;
}

/**
 * The flags of a resumed run: its own, overridden by those given now.
 * @throws ForgeError FLAG_CONFLICT for one that contradicts the run's, FLAG_UNKNOWN, FLAG_INVALID, RUN_COMPLETED
 */
export function resumedFlags(request: ResumedFlagsRequest): ResolvedFlags {
  const { label, record, stored, specs, override } = request;
  const own: FlagLayer = { source: 'run', values: plainValues(stored), ignoreUnknown: true };
  const before = resolveFlags(specs, [own], record.directory);
  const given = request.given.map((layer) => contradicting(layer, request));
  const wanted = resolveFlags(specs, [own, ...given], record.directory);
  const changed = Object.keys(wanted).filter((name) => wanted[name]!.value !== before[name]!.value);
  const free = request.otherConfigs ? paths : [];
  const refused = changed.find((name) => !free.includes(name) && (!override || fixed.includes(name)));
  if (refused !== undefined) throw contradiction(label, refused, before, wanted);
  const values = plainValues(wanted) as unknown as RunFlagValues;
  refuseBesideNone(values, changed);
  const limits = limitsFrom(values);
  const nothingLeft = record.step >= limits.steps || record.epoch >= limits.epochs;
  if (record.status === 'completed' && nothingLeft) throw completed(label, record, values);
  const follows = values.stopEarly !== null && values.stopEarly !== 'none';
  if (follows && stoppedEarly(record) && !earlyStopFlags.some((name) => changed.includes(name))) {
    throw stillEarly(label, record, values);
  }
  // Flags that only the script of the run declared are kept too.
  const kept = Object.entries(wanted).filter(([name]) => changed.includes(name) || !Object.hasOwn(stored, name));
  return { ...stored, ...Object.fromEntries(kept) };
}

/** Without the flags for the place of the run, and those that repeat the run's values. */
function contradicting(layer: FlagLayer, request: ResumedFlagsRequest): FlagLayer {
  const { record, stored, specs, directory, otherConfigs } = request;
  const used: Readonly<Record<string, unknown>> = { backend: record.backend.name, engine: record.engine.engine };
  const entries = Object.entries(layer.values).filter(([given, value]) => {
    const name = findName(given, Object.keys(specs)) ?? given;
    if (whereabouts.includes(name) || value === used[name]) return false;
    const before = stored[name]?.value;
    const bothPaths = paths.includes(name) && typeof value === 'string' && typeof before === 'string';
    return !bothPaths || resolve(directory, value) !== resolve(record.directory, before);
  });
  const absolute = entries.map(([given, value]) => {
    const isPath = otherConfigs && findName(given, paths) !== undefined && typeof value === 'string';
    return [given, isPath ? resolve(directory, value) : value] as const;
  });
  return { ...layer, values: Object.fromEntries(absolute) };
}

function contradiction(label: string, name: string, before: ResolvedFlags, wanted: ResolvedFlags): ForgeError {
  const { value, source } = wanted[name]!;
  const text = `${describeGiven(name, source, JSON.stringify(value))} contradicts ${label}, which has ${JSON.stringify(before[name]?.value)}.`;
  return new ForgeError('FLAG_CONFLICT', text, { about: name, hint: contradictionHint(name) });
}

function describeGiven(name: string, source: FlagSource, value: string): string {
  if (source === 'environment') return `The environment variable ${toVariable(name)} (${value})`;
  return source === 'script' ? `The script's ${name}: ${value}` : `--${toKebab(name)} ${value}`;
}

function contradictionHint(name: string): string {
  if (paths.includes(name)) return 'Omit it to use the code stored in the run, or add --code-from project.';
  if (name === 'checkpointStore') return 'A run keeps its checkpoint store: omit the flag, or start a new run.';
  if (name === 'initFrom' || name === 'map')
    return 'A resume continues from a checkpoint: omit it, or start a new run.';
  if (fixed.includes(name)) return 'A run keeps its backend: omit the flag, or start a new run.';
  return 'Omit it to keep the value of the run, or add --override to replace it.';
}

/** The flags that decide when to stop early. */
const earlyStopFlags = ['stopEarly', 'patience', 'minDelta'];

function stoppedEarly({ status, reason }: RunRecord): boolean {
  return status === 'completed' && reason !== null && reason.startsWith(earlyStopReason);
}

/** It would end again at the step it has. */
function stillEarly(label: string, record: RunRecord, { patience }: RunFlagValues): ForgeError {
  const message = `${label} is completed, at step ${record.step}: ${record.reason}.`;
  const resume = `--resume ${shellWord(label)}`;
  return new ForgeError('RUN_COMPLETED', message, {
    about: label,
    hint: `To train it further: ${resume} --patience ${2 * (patience ?? defaultPatience)} --override, or ${resume} --stop-early none --override`,
  });
}

function completed(label: string, record: RunRecord, values: RunFlagValues): ForgeError {
  const { step, epoch } = record;
  return new ForgeError('RUN_COMPLETED', `${label} is completed, at step ${step} after ${epoch} epochs.`, {
    about: label,
    hint: `To train it further: --resume ${shellWord(label)} ${flagsToContinue(values, record)} --override`,
  });
}
