import { ForgeError, type ForgeLibrary, flag, type LaunchedRun, type PreparedRun } from '@forge-ml/core';
import { invocationFlags, runFlags, toKebab } from '@forge-ml/core/cli';
import { shellWord } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { oclifFlags } from '../../flags/oclif-flags.js';
import Train from '../train.js';

const flags = {
  set: flag.string(null, 'Another value for a flag, as NAME=VALUE; may be given several times.'),
  runName: flag.string(null, 'Experiment name of the new run. Default: that of the run.'),
  trustCode: flag.boolean(false, "Run the run's stored code even if it was altered."),
  onHangup: invocationFlags.onHangup,
  resultsDir: runFlags.resultsDir,
};

export default class RunsRerun extends Train {
  static override summary = "Train a new run with a run's stored code and flags.";
  static override description =
    "Runs the newest code that the run stores, with the same flags and seed: the project's files have no part in it.";
  static override strict = true;
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs rerun digits-cnn/2',
    '<%= config.bin %> runs rerun digits-cnn/2 --set seed=1 --run-name digits-seeds',
  ];

  protected override async prepare(forge: ForgeLibrary): Promise<PreparedRun> {
    const { flags: given, lists, words } = await this.read(flags, ['set']);
    const { runName, trustCode } = given;
    const set = readSettings([...(lists.set ?? []), ...(runName === null ? [] : [`run-name=${runName}`])]);
    return forge.rerun(words[0]!, { set, trustCode });
  }

  protected override repeatFlag(): null {
    return null;
  }

  protected override async launch(): Promise<LaunchedRun | null> {
    return null;
  }
}

/** @throws ForgeError USAGE, FLAG_CONFLICT for two values of a flag */
function readSettings(texts: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [name, value] of texts.map(readSetting)) {
    if (Object.hasOwn(settings, name)) {
      throw new ForgeError('FLAG_CONFLICT', `--set ${name} is given twice.`, {
        about: name,
        hint: `Keep one of the two: ${[settings[name]!, value].map((text) => `--set ${shellWord(`${name}=${text}`)}`).join(' or ')}.`,
      });
    }
    settings[name] = value;
  }
  return settings;
}

/** The name in kebab case. */
function readSetting(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0) return [toKebab(text.slice(0, at).replace(/^--/, '')), text.slice(at + 1)];
  throw new ForgeError('USAGE', `--set needs NAME=VALUE, not ${JSON.stringify(text)}.`, {
    about: 'set',
    hint: 'For example --set seed=1.',
  });
}
