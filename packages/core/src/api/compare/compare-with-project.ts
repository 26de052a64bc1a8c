import { dirname, relative } from 'node:path';
import { plainValues, type ResolvedFlags } from '../../config/flags/resolve-flags.js';
import { projectRoot } from '../../config/project/project-root.js';
import { ForgeError } from '../../errors/forge-error.js';
import { isPathTraversal } from '../../fs/path-traversal.js';
import { type Compared, comparedFlags, engineFacts, gitFacts, versionFacts } from '../../run/compare/compared.js';
import { capturedCode } from '../../run/compare/compared-code.js';
import { diffCompared, type RunDiff } from '../../run/compare/diff-runs.js';
import { readCompared } from '../../run/compare/read-compared.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { readGitState } from '../../run/git/git-state.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import { toKebab } from '../../text/flag-names.js';
import { configFlags } from '../../train/run-flags.js';
import { versionsOf } from '../prepare/compare-versions.js';
import type { FlagPlaces } from '../prepare/flag-layers.js';
import { prepareRun } from '../prepare/prepare-run.js';
import { correctedPaths } from '../resume/corrected-code.js';
import type { Services } from '../services/services.js';

/**
 * Compares a run with what the project would train now if the run's command were given again: its files, and the flags
 * that the command does not give. It loads the project's configs, as `forge train --help` does, and no code of the run.
 * @param places of a command line without flags, except the configs where they are named
 * @throws ForgeError USAGE where the run's configs are no files of the project; RUN_INVALID, CONFIG_NOT_FOUND, …
 */
export async function compareWithProject(
  services: Services,
  folder: RunFolder,
  places: FlagPlaces,
  results: string,
): Promise<RunDiff> {
  const { directory } = services.environment;
  const before = await readCompared(folder);
  const record = await readRunRecord(folder.path);
  const stored = await readRunFlags(folder.path);
  if (before.code === null) throw storesNoCode(before.name);
  const named = (name: string) => (places.script.values[name] ?? null) as string | null;
  const configs = { dataConfig: named('dataConfig'), modelConfig: named('modelConfig') };
  const paths = correctedPaths({ record, stored, asked: configs, directory });
  const asked = { dataConfig: paths.data, modelConfig: paths.model };
  for (const name of configFlags) if (configs[name] === null) requireOfProject(name, asked[name], directory);
  const given = { source: 'run', values: { ...givenTo(stored), ...asked }, ignoreUnknown: true } as const;
  const text = (name: string) => (stored[name]?.value ?? null) as string | null;
  const run = {
    ...places.run,
    ...asked,
    backend: record.backend.name,
    engine: record.engine.engine,
    gpu: text('gpu'),
    sink: text('sink'),
    hook: text('hook'),
    checkpointStore: text('checkpointStore') ?? places.run.checkpointStore,
  };
  const now = await prepareRun(services, { ...places, layers: [...places.layers, given], run }, {});
  try {
    const versions = versionsOf(now);
    const git = await readGitState(dirname(paths.model), { exclude: [results] });
    const after: Compared = {
      name: 'the project',
      run: null,
      // The same files, which the run may name by other paths.
      flags: comparedFlags({ ...now.flags, ...Object.fromEntries(configFlags.map((name) => [name, stored[name]])) }),
      code: capturedCode(now.code!),
      facts: {
        progress: new Map(),
        git: gitFacts(git),
        versions: versionFacts(versions),
        data: new Map(),
        engine: engineFacts(versions),
      },
      last: new Map(),
      best: new Map(),
      directions: {},
    };
    return await diffCompared(before, after, ['progress', 'data', 'metrics']);
  } finally {
    await now.engine.dispose();
  }
}

/** What the run's command gave: the rest has its value from the project. */
function givenTo(stored: ResolvedFlags): Record<string, unknown> {
  const given = Object.entries(stored).filter(
    ([name, { source }]) => !['default', 'project file', 'environment'].includes(source) && name !== 'runName',
  );
  return plainValues(Object.fromEntries(given));
}

/** The path comes from the run, and the file is run: it must be one of the project that Forge is used in. */
function requireOfProject(name: (typeof configFlags)[number], path: string, directory: string): void {
  const { start } = projectRoot(directory);
  const place = projectRoot(dirname(path));
  const isInside = (folder: string, above: string) => folder === above || !isPathTraversal(relative(above, folder));
  // Links in the project are its own.
  const ofProject = start !== undefined && (isInside(dirname(path), directory) || isInside(place.start ?? path, start));
  if (ofProject && place.run === undefined) return;
  throw new ForgeError('USAGE', `The run's config ${path} is no file of the project in ${directory}.`, {
    about: name,
    hint: `Go to the folder of the project, or name its file: --${toKebab(name)} FILE.`,
  });
}

function storesNoCode(label: string): ForgeError {
  return new ForgeError(
    'CODE_MISSING',
    `${label} stores no code: its configs were objects of the script that made it.`,
    {
      about: label,
      hint: 'Compare it with another run: forge runs diff A B.',
    },
  );
}
