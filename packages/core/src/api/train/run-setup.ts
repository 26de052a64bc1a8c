import { dirname, join } from 'node:path';
import type { CodeCapture } from '../../code/capture-code.js';
import { completeCapture, describeMissing } from '../../code/complete-capture.js';
import { unportableNames } from '../../code/portable-names.js';
import { writeCode } from '../../code/write-code.js';
import type { ResolvedFlags } from '../../config/flags/resolve-flags.js';
import { writeFileAtomic } from '../../fs/atomic-file.js';
import { type GitState, readGitState } from '../../run/git/git-state.js';
import { writeRunFlags } from '../../run/record/flags-file.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';

/** What a run starts from, to be stored with it. */
export interface RunSetup {
  /** null for configs that are objects of a script. */
  readonly code: CodeCapture | null;
  readonly git: GitState | null;
  readonly flags: ResolvedFlags;
}

/**
 * Reads what is to be stored, after the configs were loaded.
 * @param results the folder of all experiments, which is not code
 */
export async function readSetup(services: Services, experiment: PreparedRun, results: string): Promise<RunSetup> {
  const { directory } = services.environment;
  const { inMemory, model, flags, startsFrom } = experiment;
  const code = experiment.code === null ? null : await completeCode(services, experiment, experiment.code);
  const git =
    startsFrom === undefined
      ? await readGitState(inMemory ? directory : dirname(model.path), { exclude: [results] })
      : startsFrom.git;
  return { code, git, flags };
}

/** Writes it into the folder of a run, or a folder like it. */
export async function writeSetup(folder: string, { code, git, flags }: RunSetup): Promise<void> {
  if (code !== null) await writeCode(folder, code);
  await writeRunFlags(folder, flags);
  if (git?.patch) await writeFileAtomic(join(folder, 'git.diff'), git.patch, { mode: 0o600 });
}

/** The code to store, after the configs were loaded; warns of what it needs and does not store. */
export async function completeCode(
  services: Services,
  { reads }: PreparedRun,
  capture: CodeCapture,
): Promise<CodeCapture> {
  const { directory, warn } = services.environment;
  const code = await completeCapture(capture, reads.values(), directory);
  const missing = describeMissing(code.manifest.missing);
  if (missing !== undefined) warn(missing);
  for (const line of unportableNames(code.contents.keys())) warn(line);
  return code;
}
