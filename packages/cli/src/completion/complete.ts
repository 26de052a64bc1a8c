import { isLearningRate } from '@forge-ml/core/runs';
import { readUnfinished, type UnfinishedLine } from './command-line.js';
import { type CommandModel, type FlagModel, readCommands, type WordModel } from './command-model.js';
import { backendNames, commandsOfPlugins, experiments, metrics, type Place, runs, sweeps } from './names.js';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Whether a path may be completed instead. */
  readonly files: boolean;
}

const none: Completion = { candidates: [], files: false };

/**
 * What may follow on a command line. It reads the names of runs and metrics, and manifests of plugins, but runs no code
 * of a project or a plugin.
 * @param given the words after `forge`; the last one is being completed
 */
export async function complete(given: readonly string[], place: Place): Promise<Completion> {
  const commands = readCommands();
  const ofPlugins = given.length > 2 ? new Map<string, string>() : await commandsOfPlugins(place);
  const ids = [...commands.keys(), ...ofPlugins.keys()];
  const line = readUnfinished(given, commands, ids);
  if (line.valueOf !== undefined) return startingWith(line, await valuesOfFlag(line.valueOf, line, place));
  if (line.current.startsWith('-')) return startingWith(line, { ...none, candidates: flagsOf(line) });
  const below = line.words.length === 0 ? commandsBelow(line.id, commands, ids, ofPlugins) : [];
  const word = await wordsOf(line, place);
  return startingWith(line, { candidates: [...below, ...word.candidates], files: word.files });
}

function startingWith({ current, lead }: UnfinishedLine, { candidates, files }: Completion): Completion {
  const found = candidates.filter(({ value }) => value.startsWith(current));
  return { candidates: found.map(({ value, description }) => ({ value: `${lead}${value}`, description })), files };
}

/** The next words of commands and topics. */
function commandsBelow(
  id: string,
  commands: ReadonlyMap<string, CommandModel>,
  ids: readonly string[],
  summaries: ReadonlyMap<string, string> = new Map(),
): readonly Candidate[] {
  const start = id === '' ? '' : `${id}:`;
  const next = ids.filter((known) => known.startsWith(start)).map((known) => known.slice(start.length).split(':')[0]!);
  return [...new Set(next)]
    .filter((word) => word !== '')
    .map((value) => ({
      value,
      description: commands.get(start + value)?.summary ?? summaries.get(start + value) ?? '',
    }));
}

function flagsOf({ command, values, current }: UnfinishedLine): Candidate[] {
  const flags = Object.values(command?.flags ?? {}).filter(({ name }) => !values.has(name));
  const listed = flags.flatMap(({ name, allowNo, description = '' }) => {
    const no = allowNo && current.startsWith('--no') ? [{ value: `--no-${name}`, description }] : [];
    return [{ value: `--${name}`, description }, ...no];
  });
  return [...listed, { value: '--help', description: 'Show help.' }];
}

const described = (values: readonly string[], description = ''): Completion => ({
  candidates: values.map((value) => ({ value, description })),
  files: false,
});

async function valuesOfFlag(flag: FlagModel, line: UnfinishedLine, place: Place): Promise<Completion> {
  const { name, helpValue = '', description = '' } = flag;
  const where = resultsOf(line, place);
  if (helpValue.includes('|')) return described(helpValue.split('|'));
  if (name === 'checkpoint') {
    // No learning rate is best.
    const measured = (await metrics(where, line.words)).filter(
      (metric) => !isLearningRate(metric.slice(metric.indexOf('.') + 1)),
    );
    const best = measured.map((metric) => `best:${metric}`);
    return described(['latest', 'best', ...best]);
  }
  if (name === 'resume' && line.id === 'sweep') return described(await sweeps(where));
  if (name === 'backend') return described(await backendNames(place));
  if (name === 'run-name') return described(await experiments(where));
  if (description.includes('EXPERIMENT/NUMBER')) return { ...described(await runs(where, line.current)), files: true };
  if (description.includes('SPLIT.METRIC')) return described(await metrics(where, line.words));
  return { ...none, files: helpValue === 'PATH' || namesAPath(description) };
}

function namesAPath(description: string): boolean {
  return /\b(file|folder)/i.test(description);
}

/** The values of the word at the cursor, which is one of the words that the command takes. */
async function wordsOf(line: UnfinishedLine, place: Place): Promise<Completion> {
  const taken = Object.values(line.command?.args ?? {});
  const last = taken.at(-1);
  const word: WordModel | undefined = taken[line.words.length] ?? (last?.multiple === true ? last : undefined);
  if (word === undefined) return none;
  const { name, description = '' } = word;
  const where = resultsOf(line, place);
  if (description.includes('EXPERIMENT/NUMBER')) return { ...described(await runs(where, line.current)), files: true };
  if (name === 'experiment') return described(await experiments(where));
  if (name === 'sweep') return { ...described(await sweeps(where)), files: true };
  if (name === 'shell') return described(['bash', 'zsh', 'fish']);
  if (name === 'command') return { ...none, candidates: commandsBelow('', readCommands(), [...readCommands().keys()]) };
  if (description.includes('SPLIT.METRIC')) return metricList(line.current, await metrics(where, line.words));
  return { ...none, files: namesAPath(description) };
}

/** Completes the last of several metrics with commas. */
function metricList(current: string, names: readonly string[]): Completion {
  const before = current.slice(0, current.lastIndexOf(',') + 1);
  const given = before.split(',');
  return described(names.filter((name) => !given.includes(name)).map((name) => before + name));
}

/** The results folder, as far as it is known without running the project file. */
function resultsOf({ values }: UnfinishedLine, { directory, env }: Place) {
  return {
    directory,
    results: values.get('results-dir') ?? env.FORGE_FLAG_RESULTS_DIR ?? 'results',
  };
}
