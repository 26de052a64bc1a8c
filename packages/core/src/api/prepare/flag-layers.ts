import { dirname, resolve } from 'node:path';
import type { FlagSpecs, FlagValues } from '../../config/flags/flag.js';
import { readArguments } from '../../config/flags/parse-arguments.js';
import { type FlagLayer, plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import { readProjectFile } from '../../config/project/project-file.js';
import { isObject, readJson } from '../../json/json-file.js';
import { isReadableVersion } from '../../schema/format-version.js';
import { invocationFlags, type RunFlagValues, runFlags } from '../../train/run-flags.js';
import type { Environment } from '../services/environment.js';

/** Every place flags come from but the command line, lowest first; and what can be told before the configs are read. */
export interface FlagPlaces {
  readonly layers: readonly FlagLayer[];
  readonly argv: readonly string[];
  /** The folder of the project file; without one, where Forge is used from. Defaults of paths start here. */
  readonly root: string;
  /** The run's own flags, as far as known: which configs, which backend. */
  readonly run: RunFlagValues & FlagValues<typeof invocationFlags>;
}

/** What is needed of a environment to read flags. */
export type FlagEnvironment = Pick<Environment, 'directory' | 'argv'> & Partial<Pick<Environment, 'warn'>>;

/**
 * Reads what needs no config: the project file, a flags file, and the run's flags on the command line.
 * @param projectFile what `readProjectFile` gave, where it has been evaluated already
 */
export async function readFlagPlaces(
  { directory, argv, warn }: FlagEnvironment,
  defaults: Readonly<Record<string, unknown>>,
  projectFile?: Promise<FlagLayer | undefined>,
): Promise<FlagPlaces> {
  const words = giveResumeAValue(argv);
  const specs: FlagSpecs = { ...runFlags, ...invocationFlags };
  const given = readArguments(words, specs).values;
  const project = await (projectFile ?? readProjectFile(directory, warn));
  const root = project?.base ?? directory;
  const layers: FlagLayer[] = [{ source: 'default', values: defaults, base: root }];
  if (project !== undefined) layers.push(project);
  if (typeof given.flagsFile === 'string') layers.push(await readFlagsFile(resolve(directory, given.flagsFile)));
  const known = [
    ...layers.map((layer) => ({ ...layer, ignoreUnknown: true })),
    { source: 'command line', values: given } as const,
  ];
  const values = plainValues(resolveFlags(specs, known));
  return { layers, argv: words, root, run: values as unknown as FlagPlaces['run'] };
}

/** Every layer, the command line last, as it is read for some flags; each may name others too. */
export function layersFor(specs: FlagSpecs, { layers, argv }: Pick<FlagPlaces, 'layers' | 'argv'>): FlagLayer[] {
  const given = { source: 'command line', values: readArguments(argv, specs).values } as const;
  return [...layers, given].map((layer) => ({ ...layer, ignoreUnknown: true }));
}

/** A flat JSON object of flags, or the flags.json of a run. */
async function readFlagsFile(path: string): Promise<FlagLayer> {
  const content = await readJson(path, { what: 'flags file', code: 'FLAG_INVALID' });
  const flags = isReadableVersion(content.formatVersion) && isObject(content.flags) ? content.flags : content;
  const values = Object.entries(flags).map(([name, flag]) => [name, isObject(flag) ? flag.value : flag] as const);
  return { source: 'flags file', values: Object.fromEntries(values), base: dirname(path) };
}

/** `--resume` alone means the newest run: it is given the empty name. */
function giveResumeAValue(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    const next = argv[index + 1];
    return word === '--resume' && (next === undefined || next.startsWith('-')) ? '--resume=' : word;
  });
}
