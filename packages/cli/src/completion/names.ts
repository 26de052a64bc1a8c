import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the command line is typed. */
export interface Place {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The folder of all experiments, relative to a directory. */
export interface ResultsPlace {
  readonly directory: string;
  readonly results: string;
}

/** No shell shows a longer list well. */
const mostNames = 500;
/** The experiments whose newest runs are asked for their metrics. */
const mostExperiments = 20;

/** The names that a shell shows as they are: others could contain control characters. */
function safe(names: readonly string[]): string[] {
  return names.filter((name) => /^[\p{L}\p{N}_][\p{L}\p{N}._@%+=/-]*$/u.test(name)).slice(0, mostNames);
}

/** The names of the experiments; none if the folder cannot be read. */
export async function experiments({ directory, results }: ResultsPlace): Promise<string[]> {
  const { experimentNames } = await import('@forge-ml/core/runs');
  return safe(await experimentNames(resolve(directory, results)).catch(() => []));
}

/** The names of the sweeps; none if the folder cannot be read. */
export async function sweeps(place: ResultsPlace): Promise<string[]> {
  const results = resolve(place.directory, place.results);
  const names = await experiments(place);
  return names.filter((name) => existsSync(join(results, name, 'sweep.json')));
}

/** Experiments, and once one is typed its runs, the newest first. */
export async function runs(place: ResultsPlace, current: string): Promise<string[]> {
  const all = await experiments(place);
  const matching = all.filter((name) => name.startsWith(current.split('/')[0]!));
  const only = current.includes('/') ? current.split('/')[0]! : matching.length === 1 ? matching[0]! : undefined;
  if (only === undefined) return all;
  const { runNumbers } = await import('@forge-ml/core/runs');
  const numbers = await runNumbers(join(resolve(place.directory, place.results), only)).catch(() => []);
  return safe([only, ...numbers.reverse().map((number) => `${only}/${number}`)]);
}

/** The metrics of the runs among the words; without any, of the newest run of each experiment. */
export async function metrics(place: ResultsPlace, words: readonly string[]): Promise<string[]> {
  const { isForgeError, readRecordSync, runNumbers } = await import('@forge-ml/core/runs');
  const results = resolve(place.directory, place.results);
  const all = await experiments(place);
  const named = words.map((word) => word.split('/') as [string, string?]).filter(([name]) => all.includes(name));
  const wanted: readonly [string, string?][] =
    named.length > 0 ? named : all.slice(0, mostExperiments).map((name) => [name]);
  const found = new Set<string>();
  for (const [experiment, given] of wanted) {
    const number = given ?? (await runNumbers(join(results, experiment)).catch(() => [])).at(-1);
    if (number === undefined) continue;
    const read = readRecordSync(join(results, experiment, String(number)));
    if (isForgeError(read)) continue;
    for (const [split, stats] of Object.entries(read.record.metrics)) {
      for (const name of Object.keys(stats)) found.add(`${split}.${name}`);
    }
  }
  return safe([...found].sort());
}

/** The backends of the plugins that are visible here. */
export async function backendNames(place: Place): Promise<string[]> {
  const { allPlugins } = await import('@forge-ml/core/plugins');
  const plugins = await allPlugins(await placesOf(place));
  return safe([...new Set(plugins.flatMap(({ backends }) => backends))].sort());
}

/** The commands of plugins, by id, and what their plugins say of them. */
export async function commandsOfPlugins(place: Place): Promise<ReadonlyMap<string, string>> {
  const { announcedCommands } = await import('@forge-ml/core/plugins');
  const announced = await placesOf(place).then(announcedCommands, () => []);
  return new Map(
    announced.flatMap(({ id, summary }) => (/^[a-z0-9:-]+$/.test(id) ? [[id, summary ?? ''] as const] : [])),
  );
}

async function placesOf({ directory, env }: Place) {
  const { pluginPlaces } = await import('../plugins/plugin-places.js');
  return pluginPlaces(dataFolder(env), directory);
}

/** As the command framework finds it, which is not loaded here. */
function dataFolder(env: Place['env']): string {
  const base =
    env.XDG_DATA_HOME || (process.platform === 'win32' && env.LOCALAPPDATA) || join(homedir(), '.local/share');
  return env.FORGE_DATA_DIR || join(base, 'forge');
}
