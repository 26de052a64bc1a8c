import { dirname, resolve } from 'node:path';
import { Arguments, type ReadArguments } from '../../config/flags/arguments.js';
import { environmentLayer, type Variables } from '../../config/flags/environment-flags.js';
import type { FlagSpecs, FlagValues } from '../../config/flags/flag.js';
import { type FlagLayer, plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import { readProjectFile } from '../../config/project/project-file.js';
import { ForgeError } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { readJson } from '../../json/json-file.js';
import { isReadableVersion } from '../../schema/format-version.js';
import { findName, toKebab } from '../../text/flag-names.js';
import {
  configFlags,
  invocationFlags,
  type RunFlagValues,
  runFlags,
  withoutInvocationFlags,
} from '../../train/run-flags.js';
import type { Environment } from '../services/environment.js';
import type { ConfigObjects } from './config-request.js';

/** Every place that flags come from, read once; and the run's own flags, which need no config. */
export interface FlagPlaces {
  /** The places below the command line, lowest first: a script's defaults, project file, environment, flags file. */
  readonly layers: readonly FlagLayer[];
  readonly commandLine: Arguments;
  /** What the command line has for the flags that every run has. */
  readonly given: ReadArguments;
  /** The values of a script, above the command line. */
  readonly script: FlagLayer;
  /** The folder of the project file; without one, the working directory. Default paths are relative to it. */
  readonly root: string;
  /** The run's own flags: which configs, which backend. */
  readonly run: RunFlagValues & FlagValues<typeof invocationFlags>;
  /** The configs as objects; null where they are files. */
  readonly configs: ConfigObjects | null;
}

/** What is needed of an environment to read flags. */
export type FlagEnvironment = Pick<Environment, 'directory' | 'argv'> &
  Partial<Pick<Environment, 'warn'>> & { readonly env?: Variables };

/** What a script adds to the places. */
export interface ScriptValues {
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly file?: FlagLayer | undefined;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly configs?: ConfigObjects | null;
}

/**
 * Reads what needs no config: the project file, the environment, a flags file, and the run's flags on the command line.
 * @param projectFile what `readProjectFile` returned, where it was evaluated already
 */
export async function readFlagPlaces(
  { directory, argv, env = {}, warn }: FlagEnvironment,
  { defaults = {}, file: own, set = {}, configs = null }: ScriptValues = {},
  projectFile?: Promise<FlagLayer | undefined>,
): Promise<FlagPlaces> {
  const commandLine = new Arguments(giveResumeAValue(argv));
  const specs: FlagSpecs = { ...runFlags, ...invocationFlags };
  const given = commandLine.read(specs);
  const script: FlagLayer = { source: 'script', values: set, base: directory };
  const project = await (projectFile ?? readProjectFile(directory, warn));
  const root = project?.base ?? directory;
  const found: FlagLayer[] = [{ source: 'default', values: defaults, base: root }];
  if (project !== undefined) found.push(project);
  found.push(environmentLayer(env, directory));
  if (own !== undefined) found.push(own);
  const file = valueIn('flagsFile', set) ?? given.values.flagsFile;
  if (typeof file === 'string') found.push(await readFlagsFile(resolve(directory, file)));
  if (configs !== null) refuseConfigFiles([given.values, set]);
  const layers = configs === null ? found : found.map(withoutConfigFiles);
  const known = [...layers, { source: 'command line', values: given.values } as const, script];
  const values = plainValues(resolveFlags(specs, known.map(ignoringUnknown)));
  const run = values as unknown as FlagPlaces['run'];
  return { layers, commandLine, given, script, root, run, configs };
}

/** Every layer, lowest first, as it is read for some flags; each may name others too. */
export function layersFor(
  specs: FlagSpecs,
  { layers, commandLine, script }: Pick<FlagPlaces, 'layers' | 'commandLine' | 'script'>,
): FlagLayer[] {
  const given = { source: 'command line', values: commandLine.read(specs).values } as const;
  return [...layers, given, script].map(ignoringUnknown);
}

/** The layer without flags that are not stored with a run; in a flags file they are unknown flags. */
export function withoutInvocation(layer: FlagLayer): FlagLayer {
  if (layer.source === 'flags file') return layer;
  return { ...layer, values: withoutInvocationFlags(layer.values) };
}

function ignoringUnknown(layer: FlagLayer): FlagLayer {
  return { ...layer, ignoreUnknown: true };
}

export function valueIn(flag: string, values: Readonly<Record<string, unknown>>): unknown {
  const name = findName(flag, Object.keys(values));
  return name === undefined ? undefined : values[name];
}

/** A project file or a flags file may name configs that other runs have. */
function withoutConfigFiles(layer: FlagLayer): FlagLayer {
  const values = Object.entries(layer.values).filter(([name]) => findName(name, configFlags) === undefined);
  return { ...layer, values: Object.fromEntries(values) };
}

function refuseConfigFiles(places: readonly Readonly<Record<string, unknown>>[]): void {
  const name = configFlags.find((flag) => places.some((values) => valueIn(flag, values) !== undefined));
  if (name === undefined) return;
  throw new ForgeError('USAGE', `--${toKebab(name)} names a file, but the script gives its configs as objects.`, {
    about: name,
    hint: 'Omit one of the two.',
  });
}

/** A flat JSON object of flags, or the flags.json of a run. */
async function readFlagsFile(path: string): Promise<FlagLayer> {
  const content = await readJson(path, { what: 'flags file', code: 'FLAG_INVALID' });
  const flags = isReadableVersion(content.formatVersion) && isObject(content.flags) ? content.flags : content;
  const values = Object.entries(flags).map(([name, flag]) => [name, isObject(flag) ? flag.value : flag] as const);
  return { source: 'flags file', values: Object.fromEntries(values), base: dirname(path) };
}

/** `--resume` alone means the newest run: it gets the empty name. */
function giveResumeAValue(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    const next = argv[index + 1];
    return word === '--resume' && (next === undefined || next.startsWith('-')) ? '--resume=' : word;
  });
}
