import { Arguments, invocationFlags, plainValues, resolveFlags, runFlags } from '@forge-ml/core/cli';
import { type FlagSpecs, type FlagValues, ForgeError, toKebab } from '@forge-ml/core/flags';
import { notInSweeps, repeatedSweepFlags, sweepFlags } from '../../flags/sweep-flags.js';

/** The command line of `forge sweep`, sorted. */
export interface SweepArguments {
  /** The sweep's own flags. */
  readonly flags: FlagValues<typeof sweepFlags>;
  readonly space: readonly string[];
  readonly minimize: readonly string[];
  readonly maximize: readonly string[];
  /** The file that defines the sweep. */
  readonly file: string | null;
  /** What is left: flags of Forge, of the configs and of the launcher. */
  readonly rest: readonly string[];
}

/** @throws ForgeError FLAG_INVALID, FLAG_CONFLICT, USAGE for a flag that a sweep does not have */
export function readSweepArguments(words: readonly string[]): SweepArguments {
  const all: FlagSpecs = { ...runFlags, ...invocationFlags, ...sweepFlags };
  const at = fileIn(words, all);
  const others = words.filter((_, index) => index !== at);
  const { values, lists } = new Arguments(others).read(all, repeatedSweepFlags);
  const other = notInSweeps.find((name) => values[name] !== undefined);
  if (other !== undefined) throw notOfSweep(other);
  const own = Object.entries(values).filter(([name]) => Object.hasOwn(sweepFlags, name));
  const flags = plainValues(resolveFlags(sweepFlags, [{ source: 'command line', values: Object.fromEntries(own) }]));
  const [space = [], minimize = [], maximize = []] = repeatedSweepFlags.map((name) => lists[name]);
  return {
    flags: flags as SweepArguments['flags'],
    ...{ space, minimize, maximize },
    file: at === undefined ? null : words[at]!,
    rest: new Arguments(others).without(sweepFlags),
  };
}

/** The index of the first word that is neither a flag nor the value of one. A flag that is not known has a value. */
function fileIn(words: readonly string[], specs: FlagSpecs): number | undefined {
  const switches = new Set(
    Object.entries(specs).flatMap(([name, { kind }]) => {
      return kind === 'boolean' ? [toKebab(name), `no-${toKebab(name)}`] : [];
    }),
  );
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-')) return at;
    const next = words[at + 1];
    const hasValue = !word.includes('=') && !switches.has(toKebab(word.replace(/^-+/, '')));
    if (hasValue && next !== undefined && !/^--[A-Za-z]/.test(next)) at++;
  }
  return undefined;
}

function notOfSweep(name: string): ForgeError {
  const flag = `--${toKebab(name)}`;
  return new ForgeError('USAGE', `${flag} is a flag of forge train, which a sweep does not have.`, {
    about: name,
    hint: name === 'runName' ? 'Name the sweep with --name.' : `Omit ${flag}.`,
  });
}
