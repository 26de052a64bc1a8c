import { basename, dirname, join } from 'node:path';
import { codePlace } from '../../code/code-place.js';
import { openStoredCode } from '../../code/stored-code.js';
import { ForgeError } from '../../errors/forge-error.js';
import { makeSafeFolder } from '../../fs/safe-files.js';
import type { GitState } from '../../run/git/git-state.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { neverStop } from '../../train/stop/stop-request.js';
import { versionsOf } from '../prepare/compare-versions.js';
import type { ConfigObjects } from '../prepare/config-request.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { StoredSetup } from '../rerun/open-setup.js';
import { storedGit } from '../rerun/stored-git.js';
import type { Services } from '../services/services.js';
import { type RunSetup, readSetup, writeSetup } from '../train/run-setup.js';
import { withTraining } from '../train/train.js';
import { readTemplateFile, templateName, writeTemplateFile } from './template-file.js';

/**
 * Reads what every trial of a sweep will start from. Loads the data and builds the model once, as a training would: what
 * the configs read then is stored too, and mistakes are found before anything is written.
 * @param experiment a prepared run with the flags that all trials share
 * @param results the folder of all experiments
 */
export function readTemplate(services: Services, experiment: PreparedRun, results: string): Promise<RunSetup> {
  return withTraining(services, experiment, neverStop, () => readSetup(services, experiment, results));
}

/** Writes it into the sweep's folder, which exists. */
export async function writeTemplate(
  services: Services,
  sweep: string,
  experiment: PreparedRun,
  setup: RunSetup,
): Promise<void> {
  const folder = join(sweep, templateName);
  await makeSafeFolder(folder, sweep);
  await writeSetup(folder, setup);
  const { git } = setup;
  // Last: without it there is no template.
  await writeTemplateFile(folder, {
    ...versionsOf(experiment),
    directory: services.environment.directory,
    git: git && { commit: git.commit, branch: git.branch, dirty: git.dirty, omitted: git.omitted },
    code: setup.code === null ? 'in-memory' : 'stored',
  });
}

/** The template of a sweep, its code verified. */
export interface Template {
  /** The sweep's name, which its runs have as their experiment. */
  readonly name: string;
  /** The folder of all experiments. */
  readonly results: string;
  readonly setup: StoredSetup;
  readonly git: GitState | null;
}

/**
 * Reads the template of a sweep.
 * @param sweep the sweep's folder
 * @param configs the objects of the script, where the sweep was started with objects
 * @throws ForgeError CODE_ALTERED, RUN_INVALID, USAGE where objects are missing, or given for a sweep that stores code
 */
export async function openTemplate(sweep: string, configs: ConfigObjects | null): Promise<Template> {
  const folder = join(sweep, templateName);
  const { backend, engine, versions, directory, git, code: kind } = await readTemplateFile(folder);
  if ((kind === 'in-memory') !== (configs !== null)) throw wrongConfigs(sweep, kind);
  const label = basename(sweep);
  const code = configs ?? (await openStoredCode(folder, codePlace(null)));
  const flags = await readRunFlags(folder);
  return {
    name: label,
    results: dirname(sweep),
    setup: { label: `the sweep ${label}`, backend, engine, versions, directory, flags, code },
    git: await storedGit(folder, git),
  };
}

function wrongConfigs(sweep: string, kind: 'stored' | 'in-memory'): ForgeError {
  const label = `The sweep ${basename(sweep)}`;
  return kind === 'in-memory'
    ? new ForgeError('USAGE', `${label} stores no code: its configs were objects of a script.`, {
        about: sweep,
        hint: 'Give them in that script: config: { data, model }. It runs the trials too.',
      })
    : new ForgeError('USAGE', `${label} stores its code, which its trials run; it takes no configs as objects.`, {
        about: sweep,
        hint: 'Resume it without `data` and `model`, or start a new sweep.',
      });
}
